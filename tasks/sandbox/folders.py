"""The folder of a call: how much lies in it, and how it goes away."""
import contextlib
import math
import os
import signal
import stat
import time

DISK_MB = 64        # of all files of a call together
MEGABYTE = 1 << 20
FILES = 1000        # and folders, together: clearing a folder away can take milliseconds


def named(folder: str, pid: int) -> float:
    """Bytes of the files below a call's folder; infinite where they escape the count."""
    try:
        try:
            return _below(folder)
        except FileNotFoundError:  # something was moved or removed meanwhile: hold the program still, and again
            with _held(pid):
                return _below(folder)
    except OSError:  # too deep, or locked
        return math.inf


def _below(folder: str) -> float:
    total, count, folders = 0, 0, [folder]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                count += 1
                total += entry.stat(follow_symlinks=False).st_blocks * 512
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                if count > FILES:
                    return math.inf
    return total


def nameless(folder: str, pid: int) -> int:
    """Bytes of the files that were removed from a call's folder and that it still holds, open or mapped into memory."""
    sizes = {}
    with contextlib.suppress(OSError):  # it has ended, or this is not Linux
        for descriptor in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(FileNotFoundError):
                found = os.stat(f"/proc/{pid}/fd/{descriptor}")
                if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
                    sizes[found.st_ino] = found.st_blocks * 512
        with open(f"/proc/{pid}/maps", errors="replace") as maps:
            for line in maps:
                if line.endswith("(deleted)\n") and f" {folder}/" in line:
                    sizes.setdefault(int(line.split()[4]), DISK_MB * MEGABYTE)  # closed: as large as a file may be
    return sum(sizes.values())


@contextlib.contextmanager
def _held(pid: int):
    """Stop a process for a moment."""
    os.kill(pid, signal.SIGSTOP)
    give_up = time.monotonic() + 1
    try:
        while not os.waitid(os.P_PID, pid, os.WSTOPPED | os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if time.monotonic() > give_up:
                raise OSError("it does not stop")
            time.sleep(0.001)
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def remove(path: str):
    """Remove a file or folder, also one made to resist: locked for its owner, or deep. Folders are moved up to the
    top one by one, so that no path gets long."""
    if os.path.islink(path) or not os.path.isdir(path):
        with contextlib.suppress(OSError):
            os.unlink(path)
        return
    pending, moved = [path], 0
    while pending:
        folder = pending.pop()
        with contextlib.suppress(OSError):
            os.chmod(folder, 0o700)
            with os.scandir(folder) as entries:
                entries = list(entries)
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        os.chmod(entry.path, 0o700)
                        moved += 1
                        os.rename(entry.path, f"{path}.{moved}")
                        pending.append(f"{path}.{moved}")
                    else:
                        os.unlink(entry.path)
            os.rmdir(folder)
