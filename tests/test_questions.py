"""What questions must not give away, and must not leave open."""
import re
from collections import Counter

import pytest

import tasks


def some(name: str, count: int, difficulty: float = 0.0, first: int = 0) -> list[tasks.Question]:
    return [tasks.make(name, seed, difficulty, "train") for seed in range(first, first + count)]


def test_the_examples_of_arc_show_the_case_that_is_asked_for():
    """Where they are also what painting one block or filling in one direction makes of them, so is the answer."""
    rules = [lambda grid: re.sub("[1-9]+", lambda block: "1" * len(block[0]), grid, count=1),
             lambda grid: re.sub("([1-9])0+", lambda gap: gap[1] * len(gap[0]), grid)]
    rules += [lambda grid, rule=rule: rule(grid[::-1])[::-1] for rule in rules]
    for seed in range(700_000, 700_150):
        question = tasks.make("reasoning_gym/arc_1d", seed, 0.0, "train")
        *shown, asked = [grid.replace(" ", "") for grid in re.findall(r"\d(?: \d)+", question.question)]
        for rule in rules:
            if [rule(grid) for grid in shown[::2]] == shown[1::2]:
                assert rule(asked) == question.answer.replace(" ", ""), (seed, question.question)


# ----------------------------------------------------------------------------------------------------- giving away

def navigate_by_ways(question) -> bool:
    """Every way in the walk has its opposite there."""
    ways = {way for _, way in question.data["steps"]}
    return ({"left", "right"} & ways in (set(), {"left", "right"})
            and {"forward", "backward"} & ways in (set(), {"forward", "backward"}))


def navigate_by_numbers(question) -> bool:
    """Every number of steps comes an even number of times."""
    return all(count % 2 == 0 for count in Counter(number for number, _ in question.data["steps"]).values())


@pytest.mark.parametrize("difficulty", [0, 0.05, 0.4])
def test_navigate_is_not_told_by_a_look(difficulty):
    questions = some("bbh/navigate", 400, difficulty)
    for rule in (navigate_by_ways, navigate_by_numbers):
        assert sum(rule(question) == (question.answer == "Yes") for question in questions) < 0.6 * 400


def clock_times(text: str) -> list[str]:
    return re.findall(r"noon|\d+(?::\d+)? [ap]m", text)


def test_a_free_time_is_not_told_by_a_look():
    """By: not a time of a sighting, but both of its ends are said."""
    found = 0
    for question in some("bbh/temporal_sequences", 400):
        text, _, listed = question.question.partition("Options:")
        options = listed.strip().splitlines()
        looks = [(option[4:] not in text) * 2 + set(clock_times(option)).issubset(clock_times(text))
                 for option in options]
        best = [option[:3] for option, look in zip(options, looks) if look == max(looks)]
        found += (question.answer in best) / len(best)
    assert found < 0.6 * 400


@pytest.mark.parametrize("difficulty", [0, 0.2, 0.5])
def test_light_puzzles_do_not_print_their_answer(difficulty):
    assert not any(question.answer in question.question for question in some("symbench/light_puzzles", 300, difficulty))


@pytest.mark.parametrize("name, most", [("symbench/letters", 0.07), ("symbench/logic_puzzle", 0.13)])
def test_no_one_answer_is_often_right(name, most):
    questions = some(name, 150)
    for answer in {question.answer for question in questions}:
        assert sum(tasks.verify(question, answer) for question in questions) < most * 150, answer


@pytest.mark.parametrize("name", ["reasoning_gym/emoji_mystery", "reasoning_gym/caesar_cipher"])
def test_what_is_held_out_was_not_decoded_in_training(name):
    """With the seeds, the counts and the difficulties of stage 1, which takes no question twice."""
    trained, heldout = ([tasks.make(name, first + place, 0.05 * place / (count - 1), "train") for place in range(count)]
                        for first, count in ((0, 200), (100_000, 50)))
    asked = {question.question for question in trained}
    assert not {question.answer for question in trained} & {
        question.answer for question in heldout if question.question not in asked}


# --------------------------------------------------------------------------------------------------- leaving open

def test_stories_give_away_no_more_than_there_is():
    seen = Counter()
    for question in some("symbench/gsm_hard", 1500, 0.9):
        numbers = list(map(int, re.findall(r"\d+", question.question)))
        for start in ("A mill", "A hotel", "A forest", "An orchard"):
            seen[start] += question.question.startswith(start)
        if question.question.startswith("A mill"):
            assert numbers[2] < numbers[0] and "each" in question.question  # sacks to bakers, of all sacks
        if question.question.startswith("A hotel"):
            assert numbers[3] < numbers[0] * numbers[1]                     # rooms with one bed more, of all rooms
        if question.question.startswith("A forest"):
            trees, years, felled, planted = numbers
            assert trees + (years - 1) * (planted - felled) > felled        # before the last year's felling
        if question.question.startswith("An orchard"):
            assert "trees each" in question.question
    assert min(seen[start] for start in ("A mill", "A hotel", "A forest", "An orchard")) > 5


def test_who_tells_tells_of_themselves():
    """As the published questions have it: nobody needs to be told what they have done."""
    told = re.compile(r"The (\w[\w ]*?) (?:told|informed|let) the [\w ]+?(?: know)? that (?:he|she) had", re.IGNORECASE)
    found = [(question, match[1]) for question in some("bbh/disambiguation_qa", 600, 0.2)
             if (match := told.search(question.question))]
    assert len(found) > 50
    for question, teller in found:
        assert question.data["options"]["ABC".index(question.answer[1])].lower() == f"the {teller}".lower()


# ----------------------------------------------------------------------------------------------------- difficulty

@pytest.mark.parametrize("name", ["reasoning_gym/acre", "reasoning_gym/bf"])
def test_examples_and_programs_of_the_library_grow_with_difficulty(name):
    lengths = [sum(len(question.question) for question in some(name, 20, difficulty))
               for difficulty in (0, 0.25, 0.5, 0.75, 1)]
    assert all(1.02 * shorter < longer for shorter, longer in zip(lengths, lengths[1:]))
