// What leads to one person, out of a text: the same rules and the same steps as indexer/text/personal.py.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = "10X98765432";
const LOOK_BACK = 20;

function isIdentityNumber(number) {
  let total = 0;
  for (let at = 0; at < WEIGHTS.length; at++) total += WEIGHTS[at] * Number(number[at]);
  return CHECK_CHARACTERS[total % 11] === number[number.length - 1].toUpperCase();
}

function isCardNumber(number) {
  const digits = number.replace(/[^0-9]/g, "").split("").map(Number).reverse();
  const sum = digits.reduce((total, digit, at) => {
    const doubled = at % 2 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

const CHECKS = { "": () => true, gb11643: isIdentityNumber, luhn: isCardNumber };

function filled(pattern, words) {
  return Object.keys(words).reduce((text, name) => text.split("<" + name + ">").join(words[name]), pattern);
}

// Return the rules of the file, ready for `mask`.
export function compile(written) {
  const words = {};
  for (const name of Object.keys(written.words)) words[name] = filled(written.words[name], words);
  return written.rules.map((rule) => ({
    kind: rule.kind,
    word: rule.word,
    pattern: new RegExp(filled(rule.pattern, words), "g"),
    right: CHECKS[rule.check || ""],
    unless: rule.unless ? new RegExp(filled(written.unless[rule.unless], words)) : null,
  }));
}

// Full-width characters folded one for one, so that places in both texts are the same.
function fold(text) {
  return text
    .replace(/[\uff01-\uff5e]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replace(/\u3000/g, " ");
}

function maskOne(text, rule) {
  const folded = fold(text);
  let result = "";
  let at = 0;
  let count = 0;
  let match;
  rule.pattern.lastIndex = 0;
  while ((match = rule.pattern.exec(folded)) !== null) {
    const start = match.index + match[1].length;
    const end = match.index + match[0].length;
    if (!rule.right(folded.slice(start, end))) continue;
    if (rule.unless && rule.unless.test(folded.slice(Math.max(0, start - LOOK_BACK), start))) continue;
    result += text.slice(at, start) + rule.word;
    at = end;
    count += 1;
  }
  return { text: result + text.slice(at), count };
}

// Return {text, count, kinds}: `text` without personal data, as Python's `mask` does it.
export function mask(text, rules) {
  const kinds = new Set();
  let count = 0;
  for (;;) {
    const before = text;
    for (const rule of rules) {
      const masked = maskOne(text, rule);
      text = masked.text;
      count += masked.count;
      if (masked.count) kinds.add(rule.kind);
    }
    if (text === before) break;
  }
  const order = rules.map((rule) => rule.kind);
  return { text, count, kinds: Array.from(kinds).sort((a, b) => order.indexOf(a) - order.indexOf(b)) };
}
