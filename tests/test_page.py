"""report.html in headless Chromium: what is shown is what was given, nothing that a model wrote is ever run, and 20,000
answers cost no more than those looked at."""
import itertools
import json
import math
import random
import re
import shutil
from pathlib import Path

import pytest
from conftest import size

from tasks.report.page import CHUNK, write_page

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright (tests/requirements.txt)")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium: apt-get install chromium")
BROWSER = {"executable_path": CHROMIUM, "args": [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"]}
TIMEOUT = 60_000  # milliseconds, for a busy machine
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
TASKS = {"bbh/navigate": "heldout", "bbh/word_sorting": "heldout", "symbench/letters": "test"}
TABLE = {"title": "Accuracy by task", "note": "95 % intervals in brackets",
         "head": ["task", "questions", "base", "grpo"],
         "rows": [["bbh/dyck", "30", "\N{EN DASH}", "8% (1% to 20%)"],
                  ["bbh/navigate", "9", "5% (0% to 16%)", "90% (70% to 97%)"],
                  ["bbh/word_sorting", "120", "12% (1% to 20%)", "100% (84% to 100%)"],
                  ["**trained tasks, new questions**", "159", "6% (0% to 5%)", "86% (77% to 92%)"],
                  ["symbench/letters", "20", "30% (0% to 16%)", "7.5% (0% to 16%)"],
                  ["symbench/gcd", "8", "40% (0% to 16%)", "22% (0% to 16%)"],
                  ["**all**", "187", "8% (0% to 3%)", "65% (56% to 73%)"]]}
CURVES = {"stage 3": [{"step": s, "loss": 1 / s, "learning_rate": 0.1} for s in range(1, 9)],
          "stage 4": [{"step": s, "stage": 1, "reward": s / 50, "kl": math.nan if s == 3 else s} for s in range(1, 50)]}


def answer(rng: random.Random, column: str, name: str, number: int, sample: int = 0) -> dict:
    """A row of answers.jsonl, its texts all different."""
    coded, mark = rng.random() < 0.5, f"{column} {name} {number} {sample}"
    turns = [{"text": f"said by {mark}\n<<<{number}>>>", "tokens": 7, "finish": "stop"}]
    if coded:
        turns.insert(0, {"text": f"```python\nprint('{mark}')  # why\n```\n", "tokens": 9, "finish": "stop",
                         "status": "ok", "seconds": 0.012, "output": f"Code Execution Results:\nread {mark}"})
    return {"column": column, "model": f"model of {column}", "method": "interpreter", "sample": sample,
            "id": f"{name}/{number}", "task": name, "split": TASKS.get(name, "test"), "difficulty": number / 40,
            "right": rng.random() < 0.5, "answer": str(number), "expected": f"expected {number}",
            "code_calls": int(coded), "tool_errors": 0, "truncated": rng.random() < 0.2, "tokens": 16, "seconds": 1.5,
            "question": f"asked {name} {number}", "turns": turns}


def made_up(columns=("base", "sft", "grpo"), names=tuple(TASKS), count: int = 40, samples: int = 1) -> dict:
    rng = random.Random(0)
    return {column: [answer(rng, column, name, number, sample) for name in names for number in range(count)
                     for sample in range(samples)] for column in columns}


@pytest.fixture(scope="module")
def browser():
    playwright.expect.set_options(timeout=TIMEOUT)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(**BROWSER)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Write a page and open it; it must ask for nothing but itself, open no dialog and raise no error."""
    pages, wrong = [], []

    def visit(answers, tables=(TABLE,), curves=CURVES, title="A report", notes=("a note", "- a point"), hash="",
              viewport=DESKTOP, **options):
        path = tmp_path / f"report{len(pages)}.html"
        write_page(path, title, list(notes), list(tables), answers, curves)
        page = browser.new_page(viewport=viewport, **options)
        own = ("data:", path.as_uri())
        page.on("request", lambda request: request.url.startswith(own) or wrong.append(request.url))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.add_init_script("""window.unpackings = 0; window.DecompressionStream = class extends DecompressionStream {
            constructor(...given) { super(...given); window.unpackings++; } };""")
        page.set_default_timeout(TIMEOUT)
        page.goto(path.as_uri() + hash)
        pages.append(page)
        return page

    yield visit
    for page in pages:
        page.close()
    assert not wrong


@pytest.fixture(scope="module")
def answers():
    return made_up()


def column_of(page, place: int, table: int = 0) -> list[str]:
    return page.locator(".sheet").nth(table).locator(f"tbody tr > :nth-child({place + 1})").all_inner_texts()


def shown(page) -> int:
    return int(re.match(r"[\d,]+", page.inner_text("#count"))[0].replace(",", ""))


def wait_for(page, question: str):
    """Until a question can be read."""
    playwright.expect(page.locator("#detail h3")).to_have_text(question)
    page.wait_for_selector("#detail .side")


# ---------------------------------------------------------------------------------------------------- tables, figures

def test_every_cell_title_and_note_is_shown_as_given(visit, answers):
    page = visit(answers)
    assert page.title() == page.inner_text("h1") == "A report"
    assert page.locator("#notes p, #notes li").all_inner_texts() == ["a note", "a point"]
    for place in range(4):
        wanted = [row[place].strip("*") for row in TABLE["rows"]]
        assert [" ".join(cell.split()) for cell in column_of(page, place)] == wanted
    assert TABLE["note"] in page.inner_text("#tables")


def test_a_table_is_sorted_by_the_number_that_a_cell_begins_with_and_summaries_stay(visit, answers):
    page = visit(answers)
    questions, grpo = (page.locator(".sheet thead button").nth(place) for place in (1, 3))
    questions.click()
    assert column_of(page, 1) == ["120", "30", "9", "159", "20", "8", "187"]
    assert page.locator("thead th").nth(1).get_attribute("aria-sort") == "descending"
    questions.click()
    assert column_of(page, 1) == ["9", "30", "120", "159", "8", "20", "187"]
    grpo.click()
    assert [cell.split("%")[0] for cell in column_of(page, 3)] == ["100", "90", "8", "86", "22", "7.5", "65"]
    page.locator(".sheet thead button").nth(2).click()  # a cell without a number comes last
    assert [cell.split("%")[0] for cell in column_of(page, 2)] == ["12", "5", "\N{EN DASH}", "6", "40", "30", "8"]
    page.locator(".sheet thead button").nth(0).click()
    assert column_of(page, 0)[:3] == ["bbh/dyck", "bbh/navigate", "bbh/word_sorting"]


def test_figures_are_those_of_the_answers_rounded_as_in_the_report(visit, answers):
    """Python rounds halves to even: 5 of 40 is 12%, where others write 13%."""
    for number, row in enumerate(answers["base"][:40]):
        row["right"] = number < 5
    page = visit(answers)
    bells = page.locator("button.bell").evaluate_all("bells => bells.map(bell => bell.getAttribute('aria-label'))")
    assert len(bells) == len(TASKS)
    gains = []
    for name in TASKS:
        before, after = (sum(row["right"] for row in answers[column] if row["task"] == name)
                         for column in ("base", "grpo"))
        assert f"{name}: base {before / 40:.0%}, grpo {after / 40:.0%}" in bells
        gains.append((before - after, name))
    assert "bbh/navigate: base 12%," in " ".join(bells)
    assert [bell.split(":")[0] for bell in bells] == [name for _, name in sorted(gains)]
    page.select_option("#tasks [data-side='0']", "1")
    sft = sum(row["right"] for row in answers["sft"] if row["task"] == "bbh/navigate")
    assert f"bbh/navigate: sft {sft / 40:.0%}, grpo" in page.locator("#bells").inner_html()
    for panel, (column, rows) in enumerate(answers.items()):
        texts = said_by_arrows(page, page.locator("#code svg[tabindex]").nth(panel), len(TASKS))
        for name in TASKS:
            mine = [row for row in rows if row["task"] == name]
            right, code = (sum(bool(row[key]) for row in mine) / 40 for key in ("right", "code_calls"))
            assert f"{name}: {right:.0%} right, {code:.0%} with code, 40 answers" in texts
    texts = said_by_arrows(page, page.locator("#difficulty svg[tabindex]").nth(1), 24)
    found = [re.search(r"(\d+)% of (\d+) answers \((\d+)% to (\d+)%\)", text).groups() for text in texts]
    for share, number, low, high in ([int(part) for part in parts] for parts in found):
        right = round(share / 100 * number)
        for bound in (low, high):  # rounded; Wilson's bounds are those from which what is seen is 1.96 deviations away
            p = min(max(bound / 100, 0.001), 0.999)
            assert abs(abs(right / number - p) / math.sqrt(p * (1 - p) / number) - 1.96) < 0.3 or right in (0, number)
    assert sum(int(number) for _, number, _, _ in found) == 3 * 40


def test_copies_of_an_answer_make_no_band_narrower(visit, answers):
    copied = {column: [row | {"sample": sample} for row in rows for sample in range(4)] for column, rows in answers.items()}
    one, four = (said_by_arrows(page, page.locator("#difficulty svg[tabindex]").first, 24)
                 for page in map(visit, (answers, copied)))
    assert four == {re.sub(r"(\d+) answers", lambda number: f"{4 * int(number[1])} answers", text) for text in one}


def test_shares_and_gains_are_rounded_as_python_does(visit, answers):
    """k of n, as page and report compute them, ties such as 1 of 16 = 6.25 points among them."""
    shares = [k / n for n in range(1, 121) for k in range(-n, n + 1)]
    written = visit(answers).evaluate("all => all.map(share => [percent(Math.abs(share)), points(share)])", shares)
    assert written == [[f"{abs(share):.0%}", f"{share * 100:+.1f}"] for share in shares]


def said_by_arrows(page, chart, points: int) -> set[str]:
    """What a chart says of its points as the arrow keys go from one to the next, one round."""
    texts = chart.evaluate("""(svg, points) => Array.from({length: points}, () => {
        svg.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight"}));
        return svg.closest("figure").querySelector("output").textContent;
    })""", points)
    assert len({*texts}) == points
    return {*texts}


def test_curves_are_those_of_the_metrics(visit, answers):
    page = visit(answers)
    titles = page.locator("#training figcaption").all_inner_texts()
    assert titles == ["loss", "reward", "kl"]  # a learning rate that never changes is no curve
    assert "step 8: 0.125" in said_by_arrows(page, page.locator("#training svg[tabindex]").nth(0), 8)
    assert len(said_by_arrows(page, page.locator("#training svg[tabindex]").nth(2), 48)) == 48  # one of 49 is no number
    page = visit(answers, curves={})
    assert page.locator("#training, nav a[href='#training']").count() == 0


def test_a_dot_is_named_by_pointer_and_finger_and_opened_by_the_next_touch(visit, answers):
    page = visit(answers, viewport=PHONE, has_touch=True)
    dot, readout = page.locator("#code .dot").nth(4), page.locator("#code output")
    dot.scroll_into_view_if_needed()
    box = dot.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.touchscreen.tap(x, y)
    named = readout.nth(1).inner_text().split(":")[0]
    assert named in TASKS and shown(page) == 120
    assert [text.split(":")[0] for text in readout.all_inner_texts()] == [named] * 3  # in the other charts, too
    page.touchscreen.tap(x, y)
    playwright.expect(page.locator("#count")).to_contain_text("40 of 120")
    assert named in page.inner_text("#filter [name=task] option:checked")
    page = visit(answers)
    dot = page.locator("#code .dot").nth(4)
    dot.scroll_into_view_if_needed()
    dot.hover(force=True)
    assert page.locator("#code output").nth(1).inner_text().startswith(named)
    dot.click(force=True)
    assert shown(page) == 40


# ------------------------------------------------------------------------------------------------ filter, side by side

def test_filters_let_pass_what_they_name(visit, answers):
    page = visit(answers)
    assert shown(page) == 120
    verdict = {"": lambda row: True, "right": lambda row: row["right"], "wrong": lambda row: not row["right"],
               "cut": lambda row: row["truncated"]}
    way = {"": lambda row: True, "code": lambda row: row["code_calls"], "text": lambda row: not row["code_calls"]}
    several = random.Random(0).sample(list(itertools.product(verdict, way, verdict, way, ("", "1"), ("", "/1"))), 40)
    for left, left_way, right, right_way, task, search in several:
        page.evaluate("""wanted => {
            for (const [name, value] of Object.entries(wanted)) filter.elements[name].value = value;
            filter.elements.task.dispatchEvent(new Event("input", {bubbles: true})); }""",
                      {"verdict0": left, "way0": left_way, "verdict1": right, "way1": right_way, "task": task,
                       "search": search})
        assert shown(page) == sum(
            verdict[left](a) and way[left_way](a) and verdict[right](b) and way[right_way](b)
            and (not task or a["task"] == "bbh/word_sorting") and search in a["id"]
            for a, b in zip(answers["base"], answers["grpo"]))
    page.click("#filter [type=reset]")
    playwright.expect(page.locator("#count")).to_contain_text("120 of 120")
    page.select_option("#filter [data-split]", "1")
    assert shown(page) == 40
    page.get_by_role("button", name="lost").click()
    lost = sum(a["right"] and not b["right"] for a, b in zip(answers["base"][80:], answers["grpo"][80:]))
    assert shown(page) == lost > 0
    page.locator("#filter [name=search]").fill("nowhere")
    assert shown(page) == page.locator(".row").count() == 0


def test_two_columns_stand_side_by_side_with_all_that_was_said_and_read(visit, answers):
    page = visit(answers)
    page.click("#row3")
    wait_for(page, "bbh/navigate/3")
    assert page.inner_text("#detail > .turn.read pre") == "asked bbh/navigate 3"
    assert "expected 3" in page.inner_text("#detail .facts >> nth=0")

    def check(place: int, column: str):
        row, side = answers[column][3], page.locator(".side").nth(place)
        assert side.locator(".said pre").evaluate_all("all => all.map(pre => pre.textContent)") == [
            turn["text"] for turn in row["turns"]]
        assert side.locator(".read pre").all_inner_texts() == [t["output"] for t in row["turns"] if "output" in t]
        assert side.locator(".verdict").first.inner_text()[2:] == ("right" if row["right"] else "wrong")
        facts = side.locator(".facts").inner_text().replace("\n", " ")
        assert all(fact in facts for fact in ("answer 3", f"model of {column}", "interpreter", "16 tokens", "1.5 s",
                                              f"{row['code_calls']} code call"))

    check(0, "base")
    check(1, "grpo")
    page.locator(".side select").nth(1).select_option("sft")
    playwright.expect(page.locator(".side .said").nth(-1)).to_contain_text("said by sft")
    check(1, "sft")
    boxes = [page.locator(".side").nth(place).bounding_box() for place in (0, 1)]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    colours = page.locator("#detail .said, #detail .read").evaluate_all("""turns => turns.map(turn => [turn.className,
        getComputedStyle(turn).color, getComputedStyle(turn).backgroundColor])""")
    assert len({said_or_read for said_or_read, *_ in colours}) == len({tuple(colour) for colour in colours}) == 2
    assert len({paper for *_, paper in colours}) == 2


def test_guidance_is_green_and_what_it_brought_forth_red(visit):
    rows = made_up(("none", "steerer"), count=1)
    rows["none"][0]["turns"] = [{"guidance": "", "kind": "advice", "text": "I say <<<4>>>", "right": False}]
    rows["steerer"][0] |= {"method": "steer", "turns": [
        {"guidance": "<<<code>>>", "kind": "code", "tokens": 5, "text": "```python\nprint(5)\n```\n", "right": True,
         "status": "ok", "output": "5", "score": 0.25, "verdict": "Correct", "report": "Program: print(5)"},
        {"guidance": "<<<return>>>", "kind": "return", "tokens": 6}]}
    page = visit(rows, hash="#q=bbh/navigate/0")
    wait_for(page, "bbh/navigate/0")
    none, steerer = (page.locator(".side").nth(place) for place in (0, 1))
    assert none.locator(".turn pre").all_inner_texts() == ["I say <<<4>>>"] and none.locator(".said").count() == 0
    assert steerer.locator(".turn").evaluate_all("turns => turns.map(turn => turn.className)") == [
        "turn said", "turn read", "turn read", "turn read", "turn said"]
    assert [text.replace("\n", " ") for text in steerer.locator(".turn small").all_inner_texts()] == [
        "guidance \N{MIDDLE DOT} code \N{MIDDLE DOT} 5 tokens", "worker \N{MIDDLE DOT} right",
        "output \N{MIDDLE DOT} ok", "report \N{MIDDLE DOT} complexity 0.25 \N{MIDDLE DOT} test: Correct",
        "guidance \N{MIDDLE DOT} return \N{MIDDLE DOT} 6 tokens"]
    assert steerer.locator(".turn pre").evaluate_all("all => all.map(pre => pre.textContent)") == [
        "<<<code>>>", "```python\nprint(5)\n```\n", "5", "Program: print(5)", "<<<return>>>"]


def test_code_is_coloured_to_the_letter(visit):
    rows = made_up(("base",), count=1)
    code = "import re  # all\nx = f'{1}' + \"\"\"a\nb\"\"\"\nfor n in range(0x1f, 2.5e3):\n    print('''open"
    rows["base"][0]["turns"] = [{"text": f"Look:\n```python\n{code}\n```\nand <<<5>>>", "finish": "length"}]
    page = visit(rows, hash="#q=bbh/navigate/0")
    wait_for(page, "bbh/navigate/0")
    kinds = page.locator(".program span").evaluate_all("spans => spans.map(span => [span.className, span.textContent])")
    assert kinds == [["keyword", "import"], ["comment", "# all"], ["string", "f'{1}'"], ["string", '"""a\nb"""'],
                     ["keyword", "for"], ["keyword", "in"], ["call", "range"], ["number", "0x1f"], ["number", "2.5e3"],
                     ["call", "print"], ["string", "'''open\n"]]
    assert page.locator(".final").inner_text() == "<<<5>>>"
    assert page.locator(".said pre").evaluate("pre => pre.textContent") == rows["base"][0]["turns"][0]["text"]


# --------------------------------------------------------------------------------------------------- address, keyboard

def test_a_question_has_an_address_and_the_way_back_leads_out_of_it(visit):
    answers = made_up(count=60, samples=2)
    page = visit(answers, hash="#q=symbench/letters/7&sample=2&a=sft&b=grpo")
    wait_for(page, "symbench/letters/7 \N{MIDDLE DOT} sample 2")
    assert "said by sft symbench/letters 7 1" in page.inner_text(".side >> nth=0")
    assert "/7 sample 2" in page.inner_text("[aria-selected=true]")
    page = visit(answers)
    page.click("#row4")
    wait_for(page, "bbh/navigate/2")
    assert page.url.endswith("#q=bbh/navigate/2&a=base&b=grpo")
    page.keyboard.press("j")
    wait_for(page, "bbh/navigate/2 \N{MIDDLE DOT} sample 2")
    page.go_back()
    page.wait_for_selector("#detail .empty")
    assert "#q" not in page.url
    page.go_forward()
    wait_for(page, "bbh/navigate/2 \N{MIDDLE DOT} sample 2")
    page.evaluate("location.hash = '#q=bbh/navigate/999'")
    playwright.expect(page.locator("#detail h3")).to_have_text("No such question in this report")


def test_an_address_clears_a_filter_that_would_hide_its_question(visit, answers):
    page = visit(answers)
    page.locator("#filter [name=search]").fill("letters")
    page.select_option("#filter [data-split]", "1")
    page.evaluate("location.hash = '#q=bbh/navigate/5'")
    wait_for(page, "bbh/navigate/5")
    playwright.expect(page.locator("#count")).to_contain_text("120 of 120")
    assert "/5" in page.inner_text("[aria-selected=true]")


def test_everything_is_done_by_keyboard(visit, answers):
    page = visit(answers)
    page.locator("#filter [type=reset]").focus()
    for _ in range(3):  # past the two buttons of gains and losses
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "list"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    for key in ("ArrowDown", "j", "ArrowDown", "k"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    wait_for(page, "bbh/navigate/2")
    assert page.evaluate("document.activeElement.id") == "detail"
    page.keyboard.press("j")
    wait_for(page, "bbh/navigate/3")
    page.keyboard.press("Escape")
    page.wait_for_selector("#detail .empty")
    assert page.evaluate("document.activeElement.id") == "list"
    page.keyboard.press("End")
    assert "/39" in page.inner_text("[aria-selected=true]")
    chosen = page.get_attribute("#list", "aria-activedescendant")
    assert page.get_attribute(f"#{chosen}", "aria-posinset") == "120"
    page.select_option("#tasks [data-side='0']", "1")
    page.locator("button.bell").first.focus()
    page.keyboard.press("Enter")
    assert shown(page) == 40 and page.evaluate("document.activeElement.id") == "list"
    assert page.locator("select[data-side='0']").evaluate_all("all => all.map(select => select.value)") == ["1", "1"]
    page.locator("#code svg[tabindex]").first.focus()
    for key in ("ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert shown(page) == 40
    unnamed = page.evaluate("""[...document.querySelectorAll('select, input, button, svg[tabindex], [role=region]')]
        .filter(node => !(node.labels?.length || node.getAttribute('aria-label') || node.textContent.trim())).length""")
    assert unnamed == 0


# ------------------------------------------------------------------------------------------------------------ hostility

HOSTILE = ["<script>window.pwned = 1; alert(1)</script>", "</script><script>window.pwned = 2</script>",
           "</title></style></textarea><img src=x onerror='window.pwned = 3'>", "<!-- --!> <!--<script>",
           "javascript:window.pwned=4", "[a](javascript:window.pwned=5)", "\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}",
           "\ud800 lone \udfff", "caf\udce9", "\0\x07\x1b[31m", "__proto__", "constructor", "${window.pwned = 6}",
           "'\"`\\", "\u202egnp.exe", "]]>&lt;&amp;", "```python\nprint('</script>')\n```", "<!-- index -->",
           "<svg onload=pwned=7>", "<<<</code>" + "<b>" * 100, "x" * 30_000, "%3Cscript%3E",
           "<iframe src='data:text/html,<script>1</script>'>"]


def test_hostile_texts_are_shown_and_do_nothing(visit):
    rng = random.Random(0)
    rows = {name: [] for name in HOSTILE[:8]}
    for column in rows:
        for number, text in enumerate(HOSTILE):
            row = answer(rng, column, text[:200], number)
            row |= {"question": text, "answer": text, "expected": text, "model": text, "method": text,
                    "turns": [{"text": text + "\n```python\n" + text, "tokens": 1, "finish": "length", "status": text,
                               "output": text}, {"text": f"<<<{text}>>>", "tokens": 1, "finish": text},
                              {"guidance": text, "kind": text, "tokens": text, "text": text, "right": text,
                               "status": text, "output": text, "score": text, "verdict": text, "report": text}]}
            rows[column].append(row)
    tables = [{"title": text, "note": text, "head": ["task", *HOSTILE[:3]], "rows": [[text] * 4, [f"**{text}**"] * 4]}
              for text in HOSTILE[:12]]
    page = visit(rows, tables, {text: [{"step": 1, text: 1}, {"step": 2, text: 2}] for text in HOSTILE[:12]},
                 title=HOSTILE[1] + HOSTILE[6] + HOSTILE[7], notes=HOSTILE)
    exact = "node => JSON.stringify(node.textContent)"  # lone surrogates travel as escapes
    assert json.loads(page.locator("h1").evaluate(exact)) == HOSTILE[1] + HOSTILE[6] + HOSTILE[7]
    assert shown(page) == len(HOSTILE)
    for number, text in enumerate(HOSTILE):
        page.evaluate("place => move(place)", number)
        page.evaluate("open(shown[chosen])")
        page.wait_for_function("""number => find("#detail .side") && index.id[reading[0]].endsWith("/" + number)
            && find("#detail h3").textContent === index.id[reading[0]]""", arg=number)
        assert json.loads(page.locator("#detail > .turn pre").evaluate(exact)) == text
        said = [json.loads(page.locator(".side .said pre").nth(turn).evaluate(exact)) for turn in (0, 1)]
        assert said == [text + "\n```python\n" + text, f"<<<{text}>>>"]
        read = page.locator(".side").first.locator(".read pre")
        assert [json.loads(read.nth(place).evaluate(exact)) for place in range(1, 4)] == [text] * 3
        assert json.loads(page.locator(".side .read pre").first.evaluate(exact)) == text
    assert page.evaluate("window.pwned") is None and page.evaluate("({}).pwned") is None
    assert page.locator("img, iframe, b b").count() == 0 and page.locator("script:not([id])").count() == 1


def test_the_policy_lets_no_other_script_run_and_no_request_out(visit, answers):
    page = visit(answers)
    page.evaluate("window.refused = []; document.addEventListener('securitypolicyviolation', "
                  "event => refused.push(event.effectiveDirective))")
    page.evaluate("""() => {
        const script = document.createElement("script"), image = new Image();
        script.textContent = "window.pwned = 1";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend", "<style>b {}</style><iframe src='data:text/html,x'></iframe>"
            + "<a id=bait href='javascript:window.pwned=2' onclick='window.pwned=3'>a</a>");
        document.getElementById("bait").click();
        fetch("data:,x").catch(() => 0);
        image.src = location.pathname + "?picture";
    }""")
    page.wait_for_function("refused.length === 7")
    assert sorted(page.evaluate("refused")) == ["connect-src", "frame-src", "img-src", "script-src-attr",
                                                "script-src-elem", "script-src-elem", "style-src-elem"]
    assert page.evaluate("window.pwned") is None


def test_the_file_is_ascii_and_never_parses_data_as_html(visit, answers, tmp_path):
    answers = {"base": [dict(row, question="\N{SNOWMAN} \ud800 <b>") for row in answers["base"]]}
    write_page(tmp_path / "page.html", "\N{SNOWMAN}", ["\N{SNOWMAN}"], [], answers, {})
    (tmp_path / "page.html").read_bytes().decode("ascii")
    template = Path(write_page.__code__.co_filename).with_name("page.html").read_text()
    assert not re.search(r"(inner|outer)HTML|insertAdjacent|document\.write|\beval\b|new Function|srcdoc", template)
    assert re.findall("https?://[^\"']*", template) == ["http://www.w3.org/2000/svg"]  # a namespace, never asked for


# ------------------------------------------------------------------------------------------- many answers, few answers

def test_of_many_answers_only_what_is_looked_at_is_unpacked_and_drawn(visit):
    """20,000 of them with --exhaustive."""
    names = [f"suite/task_{number}" for number in range(size(48, 144))]
    answers = made_up(names=names, count=47)
    page, questions = visit(answers), 47 * len(names)
    assert shown(page) == questions and sum(map(len, answers.values())) > size(6_000, 20_000)
    chunks = page.locator("script[id^=chunk]").count()
    assert chunks == math.ceil(questions / (CHUNK // 3)) and page.evaluate("unpackings") == 0
    nodes = page.locator("body *").count() - chunks
    page.evaluate("list.scrollTop = list.scrollHeight")
    page.wait_for_function("last => [...document.querySelectorAll('.row')].some(row => row.ariaPosInSet == last)",
                           arg=questions)
    assert page.locator(".row").count() < 60 and abs(page.locator("body *").count() - chunks - nodes) < 300
    for number in (0, 1, 20):  # of one chunk, or of two if one ends between them
        page.evaluate("number => { location.hash = `#q=suite/task_10/${number}`; }", number)
        wait_for(page, f"suite/task_10/{number}")
    assert page.evaluate("unpackings") in (1, 2)
    for number in range(0, len(names), 5):
        page.evaluate("number => { location.hash = `#q=suite/task_${number}/0`; }", number)
        wait_for(page, f"suite/task_{number}/0")
        assert f"said by base suite/task_{number} 0 0" in page.inner_text(".side >> nth=0")
    assert page.evaluate("unpacked.size") <= 6 and page.locator("body *").count() < nodes + chunks + 600


def test_rows_of_an_earlier_format_and_odd_numbers_are_shown(visit):
    keys = {"id", "task", "split", "difficulty", "right", "answer", "code_calls", "tool_errors", "truncated", "tokens",
            "question", "turns"}
    old = {"base": [{key: row[key] for key in keys} for row in made_up(("base",), count=3)["base"]]}
    old["base"] += [{"id": "bare", "tokens": 12345, "seconds": math.nan}, {"id": "bbh/navigate/0", "question": "another question under the same id"}]
    page = visit(old, hash="#q=bare", curves={"stage 3": []})
    wait_for(page, "bare")
    assert shown(page) == 11 and page.locator(".side").count() == 1
    assert page.inner_text(".side .facts").split("\n")[-1] == "12,345 tokens"
    page.evaluate("location.hash = '#q=bbh/navigate/0 (2)'")
    wait_for(page, "bbh/navigate/0 (2)")
    assert page.inner_text("#detail > .turn pre") == "another question under the same id"
    answers = made_up(("base",), count=2, samples=3) | made_up(("greedy",), count=2)
    page = visit(answers, hash="#q=bbh/navigate/1&sample=3")
    wait_for(page, "bbh/navigate/1 \N{MIDDLE DOT} sample 3")
    assert "not asked" in page.inner_text(".side >> nth=1") and shown(page) == 3 * 2 * 3
    assert shown(visit({}, tables=[], curves={}, notes=[])) == 0


# ----------------------------------------------------------------------------------------------- widths, schemes, paper

@pytest.mark.parametrize("viewport", [PHONE, DESKTOP, {"width": 320, "height": 600}], ids=["phone", "desktop", "thin"])
def test_nothing_is_wider_than_the_screen(visit, viewport):
    long = "w" * 3000
    answers = made_up(("base", "a_column_with_quite_a_long_name_of_its_own"), [*TASKS, "suite/" + "t" * 150])
    for rows in answers.values():
        rows[0]["turns"] = [{"text": f"{long}\n```python\n{long}\n```\n", "output": long, "status": "ok"}]
        rows[0]["answer"] = rows[0]["expected"] = rows[0]["question"] = long
    page = visit(answers, viewport=viewport, title="t" * 200, notes=["n" * 200])
    width = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
    assert page.evaluate(width) <= viewport["width"]
    page.evaluate("open(shown[0])")
    wait_for(page, "bbh/navigate/0")
    assert page.evaluate(width) <= viewport["width"]
    assert page.locator("#detail").evaluate("node => node.scrollWidth <= node.clientWidth")
    box = page.locator("#detail").bounding_box()
    assert (box["width"] == viewport["width"] and box["x"] == 0) == (viewport is not DESKTOP)  # over the whole screen
    page.locator("#detail .bar").get_by_role("button", name="close").click()
    page.wait_for_selector("#detail .empty", state="attached")
    assert page.locator("#list").is_visible()


TEXTS = ("h1, p, td, td span, .where, .soft, small, .turn pre, label, .program, .program span, .verdict, .facts, .up, "
         ".down, nav a, option, button, .xaxis span")


def luminance(colour: str) -> float:
    """WCAG 2's relative luminance of rgb(...)."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    return sum(weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
               for weight, part in zip((0.2126, 0.7152, 0.0722), parts))


def test_dark_and_light_are_both_easy_to_read(visit, answers):
    papers = []
    for scheme in ("light", "dark"):
        page = visit(answers, color_scheme=scheme, hash="#q=bbh/navigate/1")
        wait_for(page, "bbh/navigate/1")
        pairs = page.locator(TEXTS).evaluate_all("""nodes => nodes.map(node => {
            let back = node;
            while (back && /, 0\\)$/.test(getComputedStyle(back).backgroundColor)) back = back.parentElement;
            return [node.className || node.tagName, getComputedStyle(node).color,
                    getComputedStyle(back || document.body).backgroundColor];
        })""")
        assert len(pairs) > 200
        for name, ink, paper in pairs:
            one, other = sorted((luminance(ink), luminance(paper)))
            assert (other + 0.05) / (one + 0.05) >= 4.5, (scheme, name, ink, paper)  # WCAG AA
        papers.append(luminance(page.evaluate("getComputedStyle(document.body).backgroundColor")))
    assert papers[0] > 0.9 and papers[1] < 0.05


def test_on_paper_tables_are_whole(visit, answers):
    table = TABLE | {"rows": TABLE["rows"] * 20}
    page = visit(answers, tables=[table], color_scheme="dark")
    scrolled = ".sheet >> nth=0"
    assert page.locator(scrolled).evaluate("node => node.scrollHeight > node.clientHeight")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(scrolled).evaluate("node => node.scrollHeight <= node.clientHeight")
    assert luminance(page.evaluate("getComputedStyle(document.body).backgroundColor")) > 0.9
    assert not page.locator("#list").is_visible() and not page.locator("nav").is_visible()
