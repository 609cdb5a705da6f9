"""The shipped encoder on fresh lines, written for this test and standing in no situation file."""

import numpy as np
import pytest

from indexer.encoders.base import SHIPPED_ENCODER, open_encoder
from indexer.text.normalize import normalize

MOST_BYTES = 25_000_000
FRESH = {
    "漏水": ["楼上浴室一用我家顶棚就往下滴答", "天花板洇了一大片，墙皮都泡鼓了，敲他家门说不是他漏的"],
    "养狗": ["对门养的大狗不拴绳，见人就扑，把我家老太太吓得坐地上了", "小区草坪上全是狗屎，遛狗的没一个捡"],
    "广场舞": [
        "每天晚上七点，楼下一帮大妈放大喇叭跳舞，娃娃没法写作业",
        "音响开得震天响，领舞的说她们就跳一个钟头",
    ],
    "加装电梯": [
        "一楼的说装了梯子他家就见不着太阳，死活不签",
        "我妈八十多了住六楼，腿不行，就盼着这个老楼能装上电梯",
    ],
    "停车": ["下班晚一点就没车位，绕三圈也停不进去", "有人拿地锁把公家的车位占了，谁停他跟谁吵"],
    "飞线充电": ["五楼扔下来一根电线给电瓶车充电，看着就吓人", "他把电动车电池拎回屋里充，整栋楼都担心着火"],
    "欠薪": ["工地干了半年，包工头说没钱，春节的工资还没给", "老板把我们十几个人的工钱拖着不结，电话也不接"],
    "赡养": ["老人三个儿子，谁都不肯接去养，你推我我推你", "我把房子给了老大，现在他不管我了，生活费都不给"],
    "油烟": ["楼下饭馆的排烟管正对我家窗，一炒菜满屋油味", "烧烤摊天天熏到半夜，我家不敢开窗户"],
    "暖气": [
        "屋里才十五度，暖气片摸着冰凉，交了钱跟没交一样",
        "供热公司来量了温度说达标，可孩子在家都穿棉袄",
    ],
    "业委会": ["业委会到期两年了还不换届，公章也不肯交出来", "想选几个业主代表管管物业，联名都凑不齐人"],
    "征地补偿": ["村里地被占了，补偿款怎么分到现在没个说法", "外嫁的闺女户口还在村里，分占地款就是不给她"],
}


@pytest.fixture(scope="module")
def shipped():
    return open_encoder(str(SHIPPED_ENCODER))


def test_the_folder_is_small_and_holds_no_pickle():
    files = [path for path in SHIPPED_ENCODER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES
    assert {path.suffix for path in files} <= {".json", ".safetensors", ".md"}


def test_the_card_names_every_file_it_learnt_from():
    card = (SHIPPED_ENCODER / "README.md").read_text("utf-8")
    assert "word_families.txt" in card
    assert "water-leak.jsonl" in card
    assert "research" not in card


def test_lay_lines_find_their_own_kind(shipped):
    """Of two lines on each of twelve troubles, most have the other one as their nearest neighbour."""
    kinds = [kind for kind, lines in FRESH.items() for _ in lines]
    vectors = shipped.encode([normalize(line) for lines in FRESH.values() for line in lines])
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -1)
    right = [kinds[nearest] == kind for kind, nearest in zip(kinds, scores.argmax(axis=1), strict=True)]
    assert np.mean(right) >= 0.7


def test_lay_lines_find_the_official_noun(shipped):
    kinds = list(FRESH)
    nouns = shipped.encode([normalize(kind) for kind in kinds])
    asked = [(kind, normalize(line)) for kind, lines in FRESH.items() for line in lines]
    nearest = (shipped.encode([line for _, line in asked]) @ nouns.T).argmax(axis=1)
    assert np.mean([kinds[row] == kind for row, (kind, _) in zip(nearest, asked, strict=True)]) >= 0.7


def test_the_parts_of_a_text_add_up_to_its_vector():
    for encoder in (open_encoder(str(SHIPPED_ENCODER)), open_encoder("hashing:256")):
        for text in ("楼上漏水，天花板都湿了", "广场舞 too loud 吵到 22 点", "狗", "  ", ""):
            parts = encoder.parts(text)
            whole = np.sum([part.vector for part in parts], axis=0) if parts else 0
            np.testing.assert_allclose(encoder.encode([text])[0], whole, atol=1e-6)
            assert all(0 <= part.start < part.end <= len(text) for part in parts)
