"""CodeSteer (arXiv 2502.04350): a small model, the steerer, leads another one, the worker, between code and words.

    the steerer reads   STEER: the kinds of guidance, and the question   and writes   <<<code>>>
    the worker reads    the guidance, and the question                   and writes   a ```python block
                        the program runs; two checkers look at it
    the steerer reads   a report: program, output, both verdicts         and writes   <<<Compute it, do not guess>>>
    the worker reads    the guidance                                     and writes   a better program
    ...
    the steerer reads   a report                                         and writes   <<<return>>>

The steerer never answers, and the worker is never trained. It sees neither the output of its program nor the reports:
what it learns of them the steerer has to tell it. The answer is what the last response's program printed or, where that
has no program, what stands in its marker: one channel, judged by the task's verifier.

The symbolic checker (tasks/symbolic.py) says how much a program computes: models like to print a guess. The self-answer
checker is a program that tests the answer, written by a model. Both are advice; a steerer may learn when to heed it.

Steerer, worker and tester, who writes those programs, are speakers: whoever has

    reply(dialogues, seeds) -> texts    the next turn of each list of chat messages; None where it could not be had

A guided conversation is trained on from the steerer's side (`Steered.messages`), its guidances being the assistant's
turns. A question's conversation may branch: several guidances at one point, each played to its end (`children` of
`steer`). tasks/guidance.py makes training data of both.
"""
import re
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import tasks
from tasks import sandbox, symbolic
from tasks.endpoint import Endpoint, converse
from tasks.episode import Chat, find_answer, find_code, render, run_episodes, spoken

STEER = """You guide another model that answers a question in words or by a Python program. Do not answer it yourself. \
Write one guidance at a time:
<<<code>>> solve it by a program
<<<text>>> reason in words
<<<advice>>> in your own words: mend an error, compute instead of guessing, use the other way
<<<return>>> the answer looks right
<<<terminate>>> there is no hope

{question}"""
# Under what is added to this, models steer in other ways; what stage 3 trains on does without.
HINTS = ("", "Begin with the way that you would not take, and change it if need be.",
         "Ask for programs that search or compute with symbols, and not for simple ones.",
         "Let a second way confirm an answer before you return it.")
CODE_GUIDANCE = """Solve this by one Python program that does the computing itself. Think about it first, then write \
the whole script in one ```python block; let it print the answer and nothing else."""
TEXT_GUIDANCE = """Solve this in words, without code. Go step by step, mind where one errs easily, then give the \
answer."""
BARE = """{question}

Give the answer as <<<answer>>>, or write one ```python block: what it prints is then your answer."""
TEST = """Is this answer right? Write one ```python block that tests it: a script that prints Correct, or else what is \
wrong.

Question: {question}

Answer: {answer}"""
AGAIN = "That script did not work:\n{error}\nWrite the whole script anew."

MAX_ROUNDS = 5     # after the first (the paper's); so at most six guidances and six responses
TEST_TRIES = 3     # scripts of the self-answer checker: each of its errors is shown to its author
SIMPLE = 2         # programs of at most this score are called simple
REPORT_CHARS = 200    # of each of a response, an output and a verdict in a report, cut in the middle
STOPS = ("return", "terminate")


# ------------------------------------------------------------------------------------------------------- guidance

def read_guidance(text: str) -> tuple[str, str]:
    """What a steerer's turn asks for: code, text, advice, return or terminate; and the words that the worker gets.

    It is what stands in the last <<<marker>>>, or all that the turn says without one. Who says nothing returns the
    answer, as it is.
    """
    words = (find_answer(text) or spoken(text) or "").strip().strip("<>").strip()
    plain = re.sub(r"[^a-z ]", "", words.lower()).strip()
    if plain in ("code", "text"):
        return plain, CODE_GUIDANCE if plain == "code" else TEXT_GUIDANCE
    if not words or re.fullmatch(r"return( the)?( answer)?", plain):
        return "return", ""
    return ("terminate", "") if plain == "terminate" else ("advice", words)


def choice(question: str) -> str:
    """What the steerer reads first."""
    return STEER.format(question=question)


def first_message(guidance: str, question: str) -> str:
    """What the worker reads first; without guidance it is the bare question."""
    bare = BARE.format(question=question)
    return f"{guidance}\n\n{bare}" if guidance else bare


# ---------------------------------------------------------------------------------------------------- conversation

@dataclass
class Steered:
    """A guided conversation. seed: its name, from which all its draws come; number: of its question; hint: one of
    HINTS; path: which child it is at each of its guidances.

    rounds holds one dict per guidance: text, as the steerer wrote it, kind and guidance, as the worker got it. Where it
    was no stop, also response, code, status and output ("" each without a program), answer; where it was reported on,
    score and complexity (the symbolic checker), verdict (the self-answer checker) and report.
    failed says whose turn could not be had, if anyone's; then there is no answer.
    """
    question: tasks.Question
    seed: str
    number: int = 0
    hint: str = ""
    path: tuple[int, ...] = ()
    rounds: list[dict] = field(default_factory=list)
    done: bool = False
    failed: str = ""

    @property
    def answered(self) -> list[dict]:
        """The rounds with a response: all but a stop."""
        return [each for each in self.rounds if "response" in each]

    @property
    def answer(self) -> str:
        return self.answered[-1]["answer"] if self.answered and not self.failed else ""

    @property
    def reward(self) -> float:
        return float(tasks.verify(self.question, self.answer))

    @property
    def style(self) -> str:
        """code or text, whichever all responses are in, or mixed."""
        styles = {"code" if each["code"] else "text" for each in self.answered}
        return styles.pop() if len(styles) == 1 else "mixed"

    def messages(self) -> list[dict]:
        """The conversation as the steerer sees it, ending in its last turn: what stage 3 trains on."""
        messages = [{"role": "user", "content": choice(self.question.question)}]
        for each in self.rounds:
            messages.append({"role": "assistant", "content": each["text"].rstrip()})
            if each.get("report"):
                messages.append({"role": "user", "content": each["report"]})
        return messages

    def hinted(self) -> list[dict]:
        """The same, as the steerer is asked to go on with it."""
        first, *others = self.messages()
        return [first | {"content": f"{first['content']}\n\n{self.hint}"} if self.hint else first, *others]

    def dialogue(self) -> list[dict]:
        """The conversation as the worker sees it, ending in the guidance that it shall follow."""
        messages = []
        for each in self.rounds:
            guidance = each["guidance"] if messages else first_message(each["guidance"], self.question.question)
            messages += [{"role": "user", "content": guidance}]
            if "response" in each:
                messages += [{"role": "assistant", "content": each["response"].rstrip()}]
        return messages


def steer(questions: list, seeds: list[str], steerer, worker, tester=None, *, hints: list[str] | None = None,
          children: tuple[int, ...] = (), max_rounds: int = MAX_ROUNDS, timeout: float = 5.0,
          report_chars: int = REPORT_CHARS, finished=None) -> list[Steered]:
    """Answer questions by guided conversations, all in step; one each, or with `children` all leaves of its tree.

    seeds:    a name for each question's conversation: the same name, the same draws
    steerer, worker, tester: speakers; the tester writes the self-answer checker's programs, without it there are none
    hints:    one of HINTS for each question
    children: how many guidances are drawn at the same point of a conversation: the first, the second, ...; then one
    max_rounds: after the first; a response to the last is not reported on, so nobody can stop there
    timeout:  seconds per program, the tester's, too
    report_chars: cap on each part of a report
    finished: called with a question's number and its conversations, when the last of these has ended
    """
    active = [Steered(question, seed, number, hints[number] if hints else "")
              for number, (question, seed) in enumerate(zip(questions, seeds))]
    ended = {number: [] for number in range(len(active))}
    for depth in range(max_rounds + 1):
        active = [replace(each, rounds=list(each.rounds), path=(*each.path, child)) for each in active
                  for child in range(children[depth] if depth < len(children) else 1)]
        guide(active, steerer)
        going = [each for each in active if not each.done]
        respond(going, worker, timeout)
        going = [each for each in going if not each.done]
        if depth < max_rounds:
            report(going, tester, timeout, report_chars)
        else:
            for each in going:
                each.done = True
        for each in active:
            if each.done:
                ended[each.number].append(each)
        over = {each.number for each in active} - {each.number for each in active if not each.done}
        for number in sorted(over):
            ended[number].sort(key=lambda each: each.path)
            if finished:
                finished(number, ended[number])
        active = [each for each in active if not each.done]
    return [each for number in ended for each in ended[number]]


def answer_alone(questions: list, seeds: list[str], worker, timeout: float = 5.0) -> list[Steered]:
    """The worker's answers to the bare questions, which nobody guides."""
    alone = [Steered(question, seed, rounds=[{"text": "", "kind": "advice", "guidance": ""}])
             for question, seed in zip(questions, seeds)]
    respond(alone, worker, timeout)
    return [replace(each, done=True) for each in alone]


def guide(active: list[Steered], steerer):
    """The steerer's turn."""
    seeds = [f"{each.seed}/{each.path}" for each in active]
    for each, text in zip(active, steerer.reply([each.hinted() for each in active], seeds) if active else ()):
        kind, guidance = read_guidance(text or "")
        each.rounds.append({"text": text or "", "kind": kind, "guidance": guidance})
        each.failed = "the steerer could not be had" if text is None else ""
        each.done = kind in STOPS


def respond(active: list[Steered], worker, timeout: float):
    """The worker's turn: its program, if it writes one, is run, and what that prints is its answer.

    Its draws do not depend on the branch of the tree: for the same guidance, the same response.
    """
    seeds = [f"{each.seed}/{len(each.rounds)}" for each in active]
    texts = worker.reply([each.dialogue() for each in active], seeds) if active else ()
    for each, text in zip(active, texts):
        if text is None:
            each.failed, each.done = "the worker could not be had", True
        else:
            each.rounds[-1] |= {"response": text, "code": find_code(text) or "", "status": "", "output": "",
                                "answer": find_answer(text)}
    written = [each.rounds[-1] for each in active if not each.failed and each.rounds[-1]["code"]]
    for each, result in zip(written, sandbox.run_many([each["code"] for each in written], timeout=timeout)):
        each |= {"status": result.status, "output": f"{result.stdout}\n{result.stderr}".strip(),
                 "answer": result.stdout.strip() if result.status == "ok" else ""}


# -------------------------------------------------------------------------------------------- checkers and reports

def check_programs(programs: list[str]) -> list[tuple[float, str]]:
    """The symbolic checker's score of each program and its words, from within the sandbox."""
    source = Path(symbolic.__file__).read_text()
    results = sandbox.run_many([f"{source}\nscore, words = measure({program!r})\nprint(score, words)"
                                for program in programs])
    said = [result.stdout.partition(" ") if result.status == "ok" else ("0", "", "it cannot be parsed")
            for result in results]
    return [(float(score), words.strip()) for score, _, words in said]


def self_answer(asked: list[tuple[str, str, str]], tester, timeout: float) -> list[str]:
    """The self-answer checker on (question, answer, seed): what its scripts print, whose text nobody can trust.

    A script that fails goes back to its author with the error, TEST_TRIES in all; the verdict is empty if none worked.
    """
    verdicts = [""] * len(asked)
    dialogues = {place: [{"role": "user", "content": TEST.format(question=question, answer=answer)}]
                 for place, (question, answer, _) in enumerate(asked)}
    for attempt in range(TEST_TRIES):
        if not dialogues:
            break
        places = list(dialogues)
        texts = tester.reply(list(dialogues.values()), [f"{asked[place][2]}/test{attempt}" for place in places])
        written = [(place, text, find_code(text)) for place, text in zip(places, texts) if text is not None]
        results = sandbox.run_many([code or "raise SystemExit('there is no ```python block')"
                                    for _, _, code in written], timeout=timeout)
        dialogues = {place: dialogues[place] for place, _, _ in written}
        for (place, text, _), result in zip(written, results):
            if result.status == "ok":
                verdicts[place] = result.stdout.strip()
                del dialogues[place]
            else:
                error = cut(result.stderr.strip(), 1000)
                dialogues[place] += [{"role": "assistant", "content": text.rstrip()},
                                     {"role": "user", "content": AGAIN.format(error=error)}]
    return verdicts


def report(active: list[Steered], tester, timeout: float, chars: int):
    """Both checkers' verdicts, and the message that tells the steerer all that there is to know of a response."""
    last = [each.rounds[-1] for each in active]
    written = [each for each in last if each["code"]]
    for each, (score, words) in zip(written, check_programs([each["code"] for each in written])):
        each |= {"score": score, "complexity": words}
    tested = [each for each in active if each.rounds[-1]["answer"]] if tester else []
    verdicts = self_answer([(each.question.question, each.rounds[-1]["answer"], each.seed) for each in tested],
                           tester, timeout)
    for each, verdict in zip(tested, verdicts):
        each.rounds[-1]["verdict"] = verdict
    for each in last:
        each["report"] = report_on(each, chars)


def report_on(each: dict, chars: int) -> str:
    """One round's report, its parts cut to so many characters."""
    if each["code"]:
        remark = " It may be too simple to compute the answer." if each["score"] <= SIMPLE else ""
        lines = [f"Program: {cut(each['code'], chars)}",
                 f"Output ({each['status']}): {cut(each['output'] or 'nothing', chars)}",
                 f"Complexity {each['score']:g}: {each['complexity']}.{remark}"]
    else:
        lines = [f"In words: {cut(each['response'].strip(), chars)}"]
    verdict = each.get("verdict") or ("none" if each["answer"] else "there is no answer")
    return "\n".join([*lines, f"Test: {cut(verdict, chars)}", "Your guidance?"])


def cut(text: str, chars: int) -> str:
    """The text, without its middle where it is longer."""
    return text if len(text) <= chars else f"{text[:chars // 2]} [...] {text[len(text) - chars // 2:]}"


# -------------------------------------------------------------------------------------------------------- speakers

class Local:
    """A model on this machine, with the adapter that its sampler uses."""

    numbers = count(1)  # all that speak by the same sampler name their dialogues by these

    def __init__(self, chat: Chat, sampler, max_tokens: int, turn_tokens: int):
        """chat: of `steerer_chat` or `worker_chat`; max_tokens, turn_tokens: caps on a dialogue and on one turn of it,
        after which it is taken as it stands; who has no room left says nothing."""
        self.chat, self.sampler, self.max_tokens, self.turn_tokens = chat, sampler, max_tokens, turn_tokens
        self.known = {}  # ids of the last dialogues, by the sampler's names for them

    def reply(self, dialogues: list[list[dict]], seeds: list[str]) -> list[str | None]:
        prompts = [render(self.chat, dialogue).ids for dialogue in dialogues]
        fitting = [place for place, ids in enumerate(prompts) if len(ids) < self.max_tokens]
        names = self._names([prompts[place] for place in fitting])
        episodes = run_episodes(self.chat, [dialogues[place] for place in fitting], self.sampler, self.max_tokens,
                                self.turn_tokens, [seeds[place] for place in fitting], keys=names)
        self.known = {name: episode.ids for name, episode in zip(names, episodes)}
        texts = {place: episode.turns[-1]["text"] for place, episode in zip(fitting, episodes)}
        return [texts.get(place, "") for place in range(len(dialogues))]

    def _names(self, prompts: list[list[int]]) -> list[int]:
        """A name for each dialogue: one that goes on keeps its own, so that the sampler reads only what is new."""
        names = []
        for ids in prompts:
            same = (name for name, before in self.known.items() if before == ids[:len(before)] and name not in names)
            names.append(next(same, None) or next(self.numbers))
        for name in self.known.keys() - set(names):
            self.sampler.drop(name)
        return names


class Remote:
    """A model at an endpoint."""

    def __init__(self, chat: Chat, endpoint: Endpoint):
        self.chat, self.endpoint = chat, endpoint

    def reply(self, dialogues: list[list[dict]], seeds: list[str]) -> list[str | None]:
        episodes = converse(self.chat, dialogues, self.endpoint)
        return [(episode.turns[-1]["text"] if episode.turns else "") if episode.done else None for episode in episodes]


def steerer_chat(tokenizer) -> Chat:
    """No code is run within a guidance, so no fence ends it."""
    return Chat(tokenizer, method="text")


def worker_chat(tokenizer) -> Chat:
    """A turn ends with its first program, which `steer` runs: a conversation with the interpreter, without calls."""
    return Chat(tokenizer, max_calls=0)


def open_speaker(who: str, role: str, questions: list, tokenizer, *, model: str, adapter: str = "", address: str = "",
                 temperature: float, max_tokens: int, turn_tokens: int, sampler: str = "auto", batch: int = 64,
                 four_bit: bool = True, gpu_share: float = 0.85, cpu_bf16: bool = False, **asking):
    """The speaker that constants such as WORKER name, in the role of "steerer", "worker" or "tester".

    who:   scripted (tasks/scripted.py, which has to know the questions); local: `model`, a folder or a name on the hub,
           with the adapter that a run left or without; or a model's name at the address of an endpoint
    tokenizer: counts what an endpoint does not
    max_tokens, turn_tokens: caps on a dialogue, of local alone, and on one turn
    sampler, batch, four_bit, gpu_share, cpu_bf16: of local, as `open_sampler` has them
    asking: how else to ask an `Endpoint`
    """
    if who == "scripted":
        from tasks import scripted
        return scripted.SPEAKERS[role](questions)
    chat_for = steerer_chat if role == "steerer" else worker_chat
    if who != "local":
        return Remote(chat_for(tokenizer), Endpoint(who, address, temperature=temperature, turn_tokens=turn_tokens,
                                                    **asking))
    from tasks.engine.files import find_adapter, largest_rank  # torch is for those who need it
    from tasks.engine.model import find_model, open_tokenizer
    from tasks.engine.sampler import open_sampler
    folder, path = find_adapter(adapter, "python 03_sft.py") if adapter else None, find_model(model)
    chat = chat_for(open_tokenizer(path))
    own = open_sampler(sampler, path, chat, temperature=temperature, rank=largest_rank(filter(None, [folder])),
                       max_tokens=max_tokens, batch=batch, four_bit=four_bit, gpu_share=gpu_share, cpu_bf16=cpu_bf16)
    own.use(folder)
    return Local(chat, own, max_tokens, turn_tokens)


def open_worker(who: str, questions: list, tokenizer, **constants):
    """The worker, who answers greedily as the paper's, and the author of tests: the same model, or both scripted."""
    worker = open_speaker(who, "worker", questions, tokenizer, temperature=0.0, **constants)
    if who == "scripted":
        return worker, open_speaker(who, "tester", questions, tokenizer, temperature=0.0, **constants)
    if who == "local":  # each remembers its own dialogues
        return worker, Local(worker.chat, worker.sampler, worker.max_tokens, worker.turn_tokens)
    return worker, worker
