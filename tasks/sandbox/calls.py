"""Which system calls a program may make, as a filter that the kernel runs before each (seccomp).

A list of what is allowed: what ordinary programs, numpy and sympy need. Everything else is refused with an error that
Python reports, and so is every number that was not known when this was written. Where a call is needed in one form
only, its arguments are looked at too. Numbers: x86-64, then aarch64 (-: there is none).
"""
import platform
import struct

ALLOWED = {
    "reading and writing": """
        read 0 63, write 1 64, close 3 57, close_range 436 436, lseek 8 62, pread64 17 67, pwrite64 18 68, readv 19 65,
        writev 20 66, preadv 295 69, pwritev 296 70, preadv2 327 286, pwritev2 328 287, sendfile 40 71,
        copy_file_range 326 285, dup 32 23, dup2 33 -, dup3 292 24, pipe 22 -, pipe2 293 59, truncate 76 45,
        ftruncate 77 46, fadvise64 221 223""",
    "files by name": """
        creat 85 -, access 21 -, faccessat 269 48, faccessat2 439 439, chdir 80 49, fchdir 81 50, getcwd 79 17,
        mkdir 83 -, mkdirat 258 34, rmdir 84 -, rename 82 -, renameat 264 38, renameat2 316 276, link 86 -,
        linkat 265 37, symlink 88 -, symlinkat 266 36, unlink 87 -, unlinkat 263 35, readlink 89 -, readlinkat 267 78,
        stat 4 -, fstat 5 80, lstat 6 -, newfstatat 262 79, statx 332 291, getdents 78 -, getdents64 217 61,
        umask 95 166""",
    "memory": "brk 12 214, mmap 9 222, munmap 11 215, mremap 25 216, mprotect 10 226, madvise 28 233, msync 26 227",
    "threads": """
        futex 202 98, futex_waitv 449 449, set_robust_list 273 99, rseq 334 293, set_tid_address 218 96, gettid 186 178,
        sched_yield 24 124, getcpu 309 168, exit 60 93, exit_group 231 94""",
    "signals": """
        rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, rt_sigpending 127 136, rt_sigsuspend 130 133,
        rt_sigtimedwait 128 137, sigaltstack 131 132, pause 34 -, restart_syscall 219 128, alarm 37 -,
        getitimer 36 102, setitimer 38 103""",
    "time": """
        nanosleep 35 101, clock_nanosleep 230 115, clock_gettime 228 113, clock_getres 229 114, gettimeofday 96 169,
        time 201 -, times 100 153""",
    "waiting": """
        poll 7 -, ppoll 271 73, select 23 -, pselect6 270 72, epoll_create 213 -, epoll_create1 291 20,
        epoll_ctl 233 21, epoll_wait 232 -, epoll_pwait 281 22, epoll_pwait2 441 441, eventfd2 290 19, wait4 61 260,
        waitid 247 95""",
    "a pair of sockets": "recvfrom 45 207, shutdown 48 210, getsockopt 55 209, getsockname 51 204, getpeername 52 205",
    "who and where": """
        getpid 39 172, getppid 110 173, getpgrp 111 -, getuid 102 174, geteuid 107 175, getgid 104 176, getegid 108 177,
        getresuid 118 148, getresgid 120 150, getgroups 115 158, getrlimit 97 163, setrlimit 160 164, getrusage 98 165,
        uname 63 160, sysinfo 99 179, getrandom 318 278""",
}
# These say that they have done it and do nothing. Landlock does not see them, they also work on files outside, and
# programs that copy files or use databases would stumble over a refusal. Nobody shares the folder, and nothing stays.
PRETENDED = """
    chmod 90 -, fchmod 91 52, fchmodat 268 53, fchmodat2 452 452, chown 92 -, fchown 93 55, lchown 94 -,
    fchownat 260 54, utime 132 -, utimes 235 -, futimesat 261 -, utimensat 280 88, fsync 74 82, fdatasync 75 83,
    sync 162 81, syncfs 306 267, flock 73 32"""
# Not supported, as on a file system that lacks it: extended attributes, which also tell of files outside, and space
# given out without being written (the C library then writes it).
UNSUPPORTED = """
    setxattr 188 5, lsetxattr 189 6, fsetxattr 190 7, setxattrat 463 463, getxattr 191 8, lgetxattr 192 9,
    fgetxattr 193 10, getxattrat 464 464, listxattr 194 11, llistxattr 195 12, flistxattr 196 13, listxattrat 465 465,
    removexattr 197 14, lremovexattr 198 15, fremovexattr 199 16, removexattrat 466 466, fallocate 285 47"""
# Their arguments lie in memory, where no filter can look; the C library falls back to clone and openat.
MISSING = "clone3 435 435, openat2 437 437"
# Their first argument is a process, and has to be the caller itself.
TO_ITSELF = """
    kill 62 129, tgkill 234 131, prlimit64 302 261, sched_setaffinity 203 122, sched_getaffinity 204 123,
    getpgid 121 155, getsid 124 156"""
LAST_KNOWN = 469           # of Linux 6.18; what is newer is "missing", so that a newer C library falls back
PID_MARK = 0x5EC0          # stands in the finished filter where the number of the process belongs
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # which of the two columns, AUDIT_ARCH number

UNNAMED_FILE = 0o20000000                             # of open: O_TMPFILE, a file that no count of the folder finds
REQUESTS = 0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451
#          of ioctl: TCGETS, TCGETS2 ("is it a terminal?"), TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
LOCKS = 6, 7, 37, 38                                  # of fcntl: F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW
DESCRIPTORS = 0, 1, 2, 3, 4, 5, 36, 1030, 1032
#          of fcntl: F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_OFD_GETLK, F_DUPFD_CLOEXEC, F_GETPIPE_SZ
THREAD = 0x3D0F00, 0x7D0F00                           # of clone: the flags of pthread_create in glibc, in musl
OWN_STATE = 2, 3, 15, 16, 21, 23, 39, 0x53564D41
#          of prctl: PR_GET_PDEATHSIG, _GET_DUMPABLE, _SET_NAME, _GET_NAME, _GET_SECCOMP, _CAPBSET_READ,
#          _GET_NO_NEW_PRIVS, _SET_VMA (naming memory)
UNIX, STREAM, SOCKET_FLAGS = 1, 1, 0x80800            # of socketpair: AF_UNIX, SOCK_STREAM, SOCK_CLOEXEC | _NONBLOCK

# The kernel's packet-filter language: (operation, jump if true, jump if false, operand), jumps counted from the next.
LOAD, AND, COPY, OR_COPY, EQUAL, AT_LEAST, ANSWER = 0x20, 0x54, 0x07, 0x4C, 0x15, 0x35, 0x06
ALLOW, KILL = (ANSWER, 0, 0, 0x7FFF0000), (ANSWER, 0, 0, 0x80000000)
PRETEND, REFUSE, NO_TERMINAL, ABSENT, NO_SUPPORT = (  # success without the deed; EPERM, ENOTTY, ENOSYS, EOPNOTSUPP
    (ANSWER, 0, 0, 0x00050000 + error) for error in (0, 1, 25, 38, 95))


def build() -> bytes:
    """The filter for this machine, empty where its numbers are not known here."""
    if platform.machine() not in ARCHITECTURES:
        return b""
    column, architecture = ARCHITECTURES[platform.machine()]
    rules = {number: rule for calls, rule in _rules() for number in _numbers(calls, column)}
    marks = {0: [REFUSE], LAST_KNOWN + 1: [ABSENT]}  # rules by the first number that they hold for
    for number in sorted(rules):
        marks[number] = rules[number]
        marks.setdefault(number + 1, [REFUSE])
    marks = sorted(marks.items())
    marks = [mark for before, mark in zip([(0, None), *marks], marks) if mark[1] != before[1]]  # one rule for a stretch
    steps = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, architecture), KILL, (LOAD, 0, 0, 0), *_search(marks)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _rules() -> list[tuple[str, list]]:
    """Calls, and the steps that decide about them. The steps end in an answer."""
    return [
        *((calls, [ALLOW]) for calls in ALLOWED.values()),
        (PRETENDED, [PRETEND]), (UNSUPPORTED, [NO_SUPPORT]), (MISSING, [ABSENT]),
        (TO_ITSELF, _unless(0, (PID_MARK, 0)) + [ALLOW]),
        ("open 2 -", _unless(1, (0,), NO_SUPPORT, UNNAMED_FILE) + [ALLOW]),
        ("openat 257 56", _unless(2, (0,), NO_SUPPORT, UNNAMED_FILE) + [ALLOW]),
        ("ioctl 16 29", _unless(1, REQUESTS, NO_TERMINAL) + [ALLOW]),
        ("fcntl 72 25", _unless(1, (*DESCRIPTORS, *LOCKS)) + _unless(1, DESCRIPTORS, PRETEND) + [ALLOW]),
        ("clone 56 220", _unless(0, THREAD) + [ALLOW]),
        ("prctl 157 167", _unless(0, OWN_STATE) + [ALLOW]),
        ("socketpair 53 199", _unless(0, (UNIX,)) + _unless(1, (STREAM,), mask=~SOCKET_FLAGS & 0xFFFFFFFF) + [ALLOW]),
        # Sending: without an address, which is a pointer of two words
        ("sendto 44 206", [(LOAD, 0, 0, 16 + 8 * 4), (COPY, 0, 0, 0), (LOAD, 0, 0, 20 + 8 * 4), (OR_COPY, 0, 0, 0),
                           (EQUAL, 1, 0, 0), REFUSE, ALLOW]),
    ]


def _numbers(calls: str, column: int) -> list[int]:
    """The numbers of calls written as "name x86-64 aarch64, ..."."""
    numbers = [call.split()[1 + column] for call in calls.split(",")]
    return [int(number) for number in numbers if number != "-"]


def _unless(argument: int, values: tuple, answer: tuple = REFUSE, mask: int = 0xFFFFFFFF) -> list[tuple]:
    """Steps that give an answer unless an argument's lower word, masked, is one of some values."""
    tests = [(EQUAL, len(values) - place, 0, value) for place, value in enumerate(values)]
    return [(LOAD, 0, 0, 16 + 8 * argument), (AND, 0, 0, mask), *tests, answer]


def _search(marks: list[tuple[int, list]]) -> list[tuple]:
    """Steps that find the rule for the number that was loaded, by halving."""
    if len(marks) == 1:
        return marks[0][1]
    middle = len(marks) // 2
    lower, upper = _search(marks[:middle]), _search(marks[middle:])
    return [(AT_LEAST, len(lower), 0, marks[middle][0]), *lower, *upper]
