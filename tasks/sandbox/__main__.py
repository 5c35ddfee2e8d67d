"""Print, limit by limit, whether it is in force on this machine: python -m tasks.sandbox"""
import os
import tempfile

from . import _idle, _take_template, gaps, run


def main():
    template = _take_template(packages=True)
    _idle[True].append(template)
    print("layers: " + ", ".join(f"{name} {'on' if on else 'OFF'}" for name, on in template.layers.items()))
    print(gaps(), end="")
    with tempfile.NamedTemporaryFile() as secret:
        programs = {
            "wall clock": ("import time; time.sleep(9)", "timeout"),
            "memory": ("bytearray(1 << 32)", "memory"),
            "output": ("while True: print('x' * 1000)", "output"),
            "size of a file": ("open('f', 'wb').truncate(1 << 28)", "error"),
            "size of all files": ("import time\nfor n in range(99): open(str(n), 'wb').write(bytes(1 << 22))\n"
                                  "time.sleep(9)", "output"),
            "open files": ("f = [open('f', 'w') for _ in range(999)]", "error"),
            "no network": ("import socket; socket.socket()", "error"),
            "no new processes": ("import os; os.fork()", "error"),
            "no signals to others": (f"import os; os.kill({os.getpid()}, 0)", "error"),
            "no reading outside": (f"open({secret.name!r}).read()", "error"),
            "no writing outside": (f"open({secret.name + 'x'!r}, 'w')", "error"),
            "no questions or checks": ("import pytest", "error"),
        }
        for name, (code, wanted) in programs.items():
            print(f"{name:26}{'on' if run(code, timeout=1).status == wanted else 'OFF'}")


if __name__ == "__main__":
    main()
