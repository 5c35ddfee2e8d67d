"""When two conversations about one question are the same in other words, so that the second would teach nothing."""
import builtins
import keyword
import re

from tasks.episode import find_code

WORD = re.compile(r"\w+|[^\w\s]")
KNOWN = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins)}


def skeleton(program: str) -> str:
    """A program up to names, numbers, layout and comments. By its words alone: what a model wrote is not parsed."""
    names = {}
    return " ".join("0" if word[0].isdigit() else word if word in KNOWN or not word.isidentifier()
                    else names.setdefault(word, f"name{len(names)}")
                    for word in WORD.findall(re.sub(r"#.*", "", program)))


def likeness(messages: list[dict]) -> str:
    """What near-duplicates have in common: the skeletons of their programs or, without any, all words."""
    turns = [message["content"] for message in messages if message["role"] == "assistant"]
    programs = [program for program in map(find_code, turns) if program is not None]
    return "\n".join(map(skeleton, programs)) or " ".join(" ".join(turns).lower().split())
