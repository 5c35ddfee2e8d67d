"""A program as Python's main script: how it begins, what is said of its errors, how it ends."""
import atexit
import builtins
import contextlib
import gc
import io
import linecache
import os
import sys
import threading
import traceback

NAME = "main.py"
NOT_ALLOWED = ("(Not allowed here: starting processes, the network, files outside the program's own folder and "
               "Python's.)")
HERE = os.path.dirname(os.path.abspath(__file__))


def run(source: str, path: list[str], more_memory) -> int:
    """Run a program as `python main.py` would in the folder where this process is; returns the exit code.

    path: where its imports are looked for; more_memory: called before an error is reported
    """
    source = source.removeprefix("\ufeff")
    file = os.open(NAME, os.O_WRONLY | os.O_CREAT, 0o644)
    os.write(file, source.encode("utf-8", "surrogatepass"))
    os.close(file)
    # Its lines for tracebacks, should it go to another folder. As Python counts them: form feeds do not end a line.
    linecache.cache[NAME] = (len(source), None, io.StringIO(source + "\n", newline=None).readlines(), NAME)
    main = sys.modules["__main__"] = type(sys)("__main__")
    vars(main).update(__file__=NAME, __builtins__=builtins, __cached__=None, __annotations__={})
    sys.argv, sys.path[:] = [NAME], path
    code = 1
    try:
        exec(compile(source, NAME, "exec", dont_inherit=True), vars(main))
        code = 0
    except SystemExit as exit:
        code = exit.code if isinstance(exit.code, int) else 0 if exit.code is None else 1
        if code == 1 and exit.code != 1:
            print(exit.code, file=sys.stderr)
    except BaseException as error:
        more_memory()  # to report that memory is short takes memory
        with contextlib.suppress(BaseException):
            sys.excepthook(type(error), error, error.__traceback__)
    _end(main, "__del__" in source)
    return code & 255


def speak_plainly(libraries: list[str]):
    """Tracebacks without the frames of libraries, which are other ones on every machine, and clear words about what is
    not allowed."""
    hidden = (*libraries, HERE, "<frozen ")

    def shown(walk):
        return lambda *args: (step for step in walk(*args) if not step[0].f_code.co_filename.startswith(hidden))

    for name in ("walk_tb", "walk_stack", "_walk_tb_with_full_positions"):  # the last from Python 3.11 on
        if hasattr(traceback, name):
            setattr(traceback, name, shown(getattr(traceback, name)))

    def report(kind, error, _, show=sys.excepthook):  # Python's own, which also asks "Did you mean"
        errors = _led_to(error)
        for each in errors:
            _cut(each, hidden)
        show(kind, error, error.__traceback__)
        if any(isinstance(each, PermissionError) or type(each).__name__ == "gaierror" for each in errors):
            print(NOT_ALLOWED, file=sys.stderr)

    def report_in_thread(args, show=threading.excepthook):
        for each in _led_to(args.exc_value):
            _cut(each, hidden)
        show(threading.ExceptHookArgs((args.exc_type, args.exc_value, args.exc_value.__traceback__, args.thread)))

    def system(command):
        raise PermissionError(1, "programs cannot start processes here")  # os.system itself would fail in silence

    sys.excepthook, threading.excepthook, os.system = report, report_in_thread, system


def _led_to(error: BaseException) -> list[BaseException]:
    """An error and those that it came from, or that it is a group of."""
    errors, known = [error], {id(error)}
    for error in errors:
        for other in (error.__cause__, error.__context__, *(getattr(error, "exceptions", None) or [])):
            if other is not None and id(other) not in known:
                known.add(id(other))
                errors.append(other)
    return errors


def _cut(error: BaseException, hidden: tuple[str, ...]):
    """Take the frames of hidden files out of an error's traceback."""
    steps, step = [], error.__traceback__
    while step is not None:
        if not step.tb_frame.f_code.co_filename.startswith(hidden):
            steps.append(step)
        step = step.tb_next
    for step, after in zip(steps, [*steps[1:], None]):
        step.tb_next = after
    error.__traceback__ = steps[0] if steps else None


def _end(main, has_last_words: bool):
    """What the interpreter does at the end, short of taking all modules apart, which would take longer than most
    programs: threads, exit functions, and objects of the program itself."""
    def collect():
        _clear(vars(main))
        if has_last_words:
            gc.collect()

    for step in (threading._shutdown, atexit._run_exitfuncs, _flush, collect, _flush):
        with contextlib.suppress(BaseException):
            step()


def _clear(names: dict):
    """Let go of a module's objects in the interpreter's order: names with one underscore first."""
    for private in (True, False):
        for name in list(names):
            if name != "__builtins__" and private == (name.startswith("_") and not name.startswith("__")):
                names[name] = None


def _flush():
    for stream in (sys.stdout, sys.__stdout__, sys.stderr, sys.__stderr__):
        with contextlib.suppress(BaseException):
            stream.flush()
