// What leads to one person, out of a text: the same rules and the same steps as indexer/text/personal.py.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = "10X98765432";
const DOUBLED = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]; // the sum of the digits of twice the number
const LOOK_BACK = 20;

function isIdentityNumber(number) {
  const total = WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(number[at]), 0);
  return CHECK_CHARACTERS[total % 11] === number[number.length - 1].toUpperCase();
}

function isCardNumber(number) {
  const digits = number.replace(/[^0-9]/g, "").split("").map(Number).reverse();
  return digits.reduce((sum, digit, at) => sum + (at % 2 ? DOUBLED[digit] : digit), 0) % 10 === 0;
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
  for (let match; (match = rule.pattern.exec(folded));) {
    const start = match.index + match[1].length;
    const end = match.index + match[0].length;
    const before = folded.slice(Math.max(0, start - LOOK_BACK), start);
    if (!rule.right(folded.slice(start, end)) || (rule.unless && rule.unless.test(before))) continue;
    result += text.slice(at, start) + rule.word;
    at = end;
    count += 1;
  }
  return { text: result + text.slice(at), count };
}

// Return {text, count, kinds}: `text` without personal data, as Python's `mask` does it.
export function mask(text, rules) {
  const hit = new Set();
  let count = 0;
  for (let before; before !== text;) {
    before = text;
    for (const rule of rules) {
      const masked = maskOne(text, rule);
      text = masked.text;
      count += masked.count;
      if (masked.count) hit.add(rule.kind);
    }
  }
  return { text, count, kinds: rules.map((rule) => rule.kind).filter((kind) => hit.delete(kind)) };
}
