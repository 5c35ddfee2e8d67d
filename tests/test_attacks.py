"""The sandbox under attack. Each program tries one thing that it must not achieve, and prints PWNED when it did.

Every attack is first run by plain Python, where it has to succeed: an attack that cannot succeed shows nothing. After
it the sandbox still answers, the answer file is unread and unchanged, the victim lives, and nothing is left behind.
When the tests run as root, the last test runs all of them again as an ordinary user.
"""

import ctypes
import importlib.util
import os
import resource
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from conftest import ROOT, size

from tasks import sandbox
from tasks.sandbox import walls

LAYERS = sandbox._take_template(packages=False).layers
pytestmark = pytest.mark.skipif(
    not (LAYERS["system calls"] and LAYERS["files"] >= 3), reason="this kernel has no seccomp or too old a Landlock"
)
LIBC = ctypes.CDLL(None, use_errno=True)
SECRET = "the answer is 42"

# What each attack is about, and the program. {secret} is the answer file, {project} its folder, {victim} a process of
# the same user, {caller} this one, {port} a TCP port that listens here, {unix} and {abstract} Unix sockets, {tmp} the
# folder for temporary files, {library} where reasoning-gym lies; {shm}, {queue}, {semaphore} belong to another program of
# the same user. `libc` is there in all of them.
FILES = {
    "read the answer file": "print(open('{secret}').read()); won()",
    "read it by a path relative to the own folder": "import os; open(os.path.relpath('{secret}')).read(); won()",
    "read it through a symbolic link": "import os; os.symlink('{secret}', 'l'); open('l').read(); won()",
    "read it through a hard link": "import os; os.link('{secret}', 'l'); open('l').read(); won()",
    "read it through a moved folder": "import os; os.rename('{project}', 'p'); os.rename('p', '{project}'); won()",
    "read it after changing the folder": "import os; os.chdir('{project}'); open('answers.txt').read(); won()",
    "read it with libc": "fd = libc.open(b'{secret}', 0); b = ctypes.create_string_buffer(9); assert libc.read(fd, "
        "b, 9) > 0; won()",
    "read it with openat2": "import struct; assert libc.syscall(437, -100, b'{secret}', struct.pack('3Q', 0, 0, 0), "
        "24) >= 0; won()",
    "map it into memory": "import mmap; f = open('{secret}'); mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ); won()",
    "copy it": "import shutil; shutil.copy('{secret}', 'copy'); won()",
    "send it between descriptors": "import os; os.sendfile(os.open('o', 66), os.open('{secret}', 0), 0, 9); won()",
    "list the project": "import os; os.listdir('{project}'); won()",
    "walk the whole disk": "import os; assert any(files for _, _, files in os.walk('{project}')); won()",
    "watch the project's listing by glob": "import glob; assert glob.glob('{project}/*'); won()",
    "overwrite the answer file": "open('{secret}', 'r+').write('the answer is %d' % 42); won()",
    "append to it": "open('{secret}', 'a').close(); won()",
    "truncate it": "import os; os.truncate('{secret}', os.stat('{secret}').st_size); won()",
    "rename it": "import os; os.rename('{secret}', '{secret}.x'); os.rename('{secret}.x', '{secret}'); won()",
    "replace it": "import os; open('n', 'w').write('the answer is %d' % 42); os.replace('n', '{secret}'); won()",
    "lock it": "import os; os.chmod('{secret}', 0o644); m = os.stat('{secret}').st_mode; os.chmod('{secret}', 0o600); "
        "assert os.stat('{secret}').st_mode != m; os.chmod('{secret}', 0o644); won()",
    "backdate it": "import os; n = os.getpid(); os.utime('{secret}', (n, n)); assert os.stat('{secret}').st_mtime == "
        "n; won()",
    "mark it with an attribute": "import os; os.setxattr('{secret}', 'user.x', b'1'); os.getxattr('{secret}', "
        "'user.x'); "
        "os.removexattr('{secret}', 'user.x'); won()",
    "leave a file in the project": "import os; open('{project}/new', 'w'); os.remove('{project}/new'); won()",
    "leave a folder in the project": "import os; os.mkdir('{project}/new'); os.rmdir('{project}/new'); won()",
    "leave a socket or pipe in the project": "import os; os.mkfifo('{project}/new'); os.remove('{project}/new'); won()",
    "leave a link in the project": "import os; os.symlink('/', '{project}/new'); os.remove('{project}/new'); won()",
    "leave a file in /tmp": "import os; open('{tmp}/sandbox-left', 'w'); os.remove('{tmp}/sandbox-left'); won()",
    "leave a file in shared memory": "import os; open('/dev/shm/sandbox-left', 'w'); "
        "os.remove('/dev/shm/sandbox-left'); won()",
    "leave its folder's place": "import os; h = os.getcwd(); os.rename(h, h + 'x'); os.rename(h + 'x', h); won()",
    "read the list of users": "open('/etc/passwd').read(); won()",
    "plant code for the next program": "import os; p = os.path.dirname(os.__file__) + '/sandbox_left.py'; open(p, "
        "'w'); "
        "os.remove(p); won()",
    "import the verifiers": "import sys; sys.path.insert(0, '{root}'); import tasks; won()",
    "read an environment token": "import os; assert os.environ['HF_TOKEN']; won()",
    "read the caller's environment": "assert b'=' in open('/proc/{caller}/environ', 'rb').read(); won()",
    "read the parent's command line": "import os; assert open(f'/proc/{{os.getppid()}}/cmdline', 'rb').read(); won()",
    "find a secret in an inherited descriptor": "import os\nfor fd in range(3, 64):\n    try: found = os.pread(fd, "
        "50, 0)\n"
        "    except OSError: continue\n    if found: won()",
    "reach a socket in an inherited descriptor": "import os, stat\nfor fd in range(3, 64):\n    try: mode = "
        "os.fstat(fd).st_mode\n"
        "    except OSError: continue\n    if stat.S_ISSOCK(mode): won()",
}
PROCESSES = {
    "signal the victim": "import os; os.kill({victim}, 0); won()",
    "kill by a thread's number": "assert libc.syscall(200, {victim}, 0) == 0; won()",
    "signal the parent": "import os; os.kill(os.getppid(), 0); won()",
    "signal everybody": "import os; os.kill(-1, 0); won()",
    "signal the parent's group": "import os; os.killpg(os.getpgid(os.getppid()), 0); won()",
    "signal through a descriptor": "import os, signal; signal.pidfd_send_signal(os.pidfd_open({victim}), 0); won()",
    "queue a signal": "assert libc.sigqueue({victim}, 0, 0) == 0; won()",
    "trace the victim": "assert libc.ptrace(16, {victim}, 0, 0) == 0; libc.waitpid({victim}, 0, 0); "
        "libc.ptrace(17, {victim}, 0, 0); won()",
    "read the victim's memory": "open('/proc/{victim}/maps').read(1); won()",
    "read it by a system call": "b = ctypes.create_string_buffer(8); a = int(open('/proc/{victim}/maps').readline()"
        ".split('-')[0], 16)\nclass V(ctypes.Structure): _fields_ = [('b', ctypes.c_void_p), "
        "('n', ctypes.c_size_t)]\nassert libc.process_vm_readv({victim}, ctypes.byref(V(ctypes."
        "addressof(b), 8)), 1, ctypes.byref(V(a, 8)), 1, 0) == 8; won()",
    "limit the victim": "import resource; resource.prlimit({victim}, resource.RLIMIT_CORE, (0, 0)); won()",
    "slow the victim down": "import os; os.setpriority(os.PRIO_PROCESS, {victim}, 5); won()",
    "pin the victim to a core": "import os; os.sched_setaffinity({victim}, os.sched_getaffinity(0)); won()",
    "start a process": "import os\nif os.fork() == 0: os._exit(0)\nos.wait(); won()",
    "start one that gets away": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: "
        "time.sleep(2)\n"
        "    os._exit(0)\nos.wait(); won()",
    "run a command": "import subprocess; subprocess.run(['/bin/true'], check=True); won()",
    "run a shell": "import os; assert os.system('true') == 0; won()",
    "spawn a command": "import os; os.waitpid(os.posix_spawn('/bin/true', ['true'], dict()), 0); won()",
    "use a pool of processes": "import multiprocessing as m\nm.set_start_method('fork')\np = m.Process(target=print)\n"
        "p.start(); p.join(); assert p.exitcode == 0; won()",
    "become another program": "import os; os.execv('/bin/echo', ['echo', 'PWNED'])",
    "become one from memory": "import os; fd = os.memfd_create('x'); os.write(fd, open('/bin/echo', 'rb').read()); "
        "os.execve(fd, ['echo', 'PWNED'], dict())",
    "fork by a bare system call": "import os\npid = libc.syscall(56, 17, 0, 0, 0, 0)\nif pid == 0: os._exit(0)\n"
        "assert pid > 0; "
        "os.wait(); won()",
    "fork by clone3": "import os, struct\npid = libc.syscall(435, struct.pack('8Q', 0, 0, 0, 0, 17, 0, 0, 0), 64)\n"
        "if pid == 0: os._exit(0)\nassert pid > 0; os.wait(); won()",
    "fork by vfork": "import os\npid = libc.syscall(57)\nif pid == 0: os._exit(0)\nassert pid > 0; os.wait(); won()",
}
NETWORK = {
    "connect to a server": "import socket; socket.create_connection(('127.0.0.1', {port}), 3); won()",
    "fetch a page": "import urllib.request\ntry: urllib.request.urlopen('http://127.0.0.1:{port}', timeout=1)\n"
        "except Exception as e: assert 'Remote' in repr(e) or 'reset' in repr(e); won()",
    "send a datagram": "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port})); "
        "won()",
    "listen": "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); won()",
    "connect to a local socket": "import socket; socket.socket(socket.AF_UNIX).connect('{unix}'); won()",
    "connect to an abstract socket": "import socket; socket.socket(socket.AF_UNIX).connect('\\0{abstract}'); won()",
    "open a socket by a bare system call": "assert libc.syscall(41, 2, 1, 0) >= 0; won()",
    "connect under asyncio": "import asyncio; asyncio.run(asyncio.wait_for(asyncio.open_connection('127.0.0.1', "
        "{port}), 3)); "
        "won()",
    "talk to the kernel": "import socket; socket.socket(16, 3, 0); won()",
}
RESOURCES = {
    "hold memory outside the process": "import os; os.memfd_create('x'); won()",
    "hold shared memory that stays": "i = libc.shmget(0, 4096, 0o1600); assert i >= 0; libc.shmctl(i, 0, 0); won()",
    "leave a message queue": "i = libc.msgget(0, 0o1600); assert i >= 0; libc.msgctl(i, 0, 0); won()",
    "leave semaphores": "i = libc.semget(0, 1, 0o1600); assert i >= 0; libc.semctl(i, 0, 0); won()",
    "take a lot of memory": "b = bytearray(1500 << 20); won()",
    "lift the memory limit": "import resource; m = resource.RLIMIT_AS; resource.setrlimit(m, (-1, -1)); "
        "bytearray(1500 << 20); won()",
    "write a huge file": "open('f', 'wb').truncate(200 << 20); won()",
    "fill the disk with many files": "import os, time\nfor n in range(60): open(str(n), 'wb').write(bytes(4 << 20))\n"
        "time.sleep(1)\nfor n in range(60): os.remove(str(n))\nwon()",
    "hold many descriptors": "f = [open('/dev/null') for _ in range(300)]; won()",
    "hold many threads": "import threading, time\nfor _ in range(400): threading.Thread(target=time.sleep, "
        "args=(1,)).start()\nwon()",
    "use a ring to get past the filter": "import ctypes; assert libc.syscall(425, 4, "
        "ctypes.create_string_buffer(120)) >= 0; won()",
    "get a namespace of its own": "assert libc.unshare(0x10000000) == 0 or libc.unshare(0x20000) == 0; won()",
    "store a key in the kernel": "assert libc.syscall(248, b'user', b'x', b'y', 1, -3) > 0; won()",
    "change the personality": "assert libc.personality(0x0040000) >= 0; won()",
    "write without end": "import sys\nfor _ in range(300): sys.stdout.write('x' * 1000)\nsys.stdout.flush(); won()",
}
NEIGHBOURS = {
    "read another program's shared memory": "libc.shmat.restype = ctypes.c_void_p; a = libc.shmat({shm}, 0, 0); "
        "assert a and a < 2**63; ctypes.string_at(a, 4); won()",
    "list all shared memory": "assert libc.shmctl(0, 15, ctypes.create_string_buffer(200)) >= 0; won()",
    "take another program's message": "assert libc.msgrcv({queue}, ctypes.create_string_buffer(64), 8, 0, 2048) >= 0; "
        "won()",
    "turn another program's semaphore": "import struct; assert libc.semop({semaphore}, struct.pack('Hhh', 0, 1, 0), 1) "
        "== 0; won()",
    "open a message queue by name": "assert libc.mq_open(b'/{abstract}', 2) >= 0; won()",
    "signal through a pipe": "import fcntl, os; r, w = os.pipe(); fcntl.fcntl(r, fcntl.F_SETOWN, {victim}); "
        "fcntl.fcntl(r, 10, 28); fcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC); os.write(w, b'x'); won()",
    "put the victim last at the disk": "assert libc.syscall(251, 1, {victim}, 2 << 13 | 7) == 0; won()",
    "change the victim's scheduling": "assert libc.sched_setparam({victim}, bytes(4)) == 0; won()",
    "read the victim's priority": "import os; os.getpriority(os.PRIO_PROCESS, {victim}); won()",
    "read where the victim may run": "import os; os.sched_getaffinity({victim}); won()",
    "learn the caller's group and session": "import os; os.getpgid({caller}), os.getsid({caller}); won()",
    "hold a handle on the victim": "import os; os.pidfd_open({victim}); won()",
    "find the victim's locks": "assert libc.syscall(274, {victim}, ctypes.create_string_buffer(8), "
        "ctypes.create_string_buffer(8)) == 0; won()",
    "send to a socket by its path": "import socket; socket.socketpair(type=socket.SOCK_DGRAM)[0].sendto(b'x', "
        "'{datagram}'); won()",
    "hand a descriptor to it": "import array, socket; socket.socketpair(type=socket.SOCK_DGRAM)[0].sendmsg([b'x'], "
        "[(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0]))], 0, '{datagram}'); won()",
    "make a pair of another kind": "import socket; socket.socketpair(type=socket.SOCK_SEQPACKET); won()",
    "list network devices": "import fcntl, socket; fcntl.ioctl(socket.socketpair()[0], 0x8933, b'lo' + bytes(38)); "
        "won()",
    "slow all processors down": "assert libc.syscall(324, 1, 0, 0) == 0; won()",
    "move to a session of its own": "import os; os.setsid(); won()",
    "outlive its template": "assert libc.prctl(1, 0, 0, 0, 0) == 0; won()",
    "hide from its template": "assert libc.prctl(4, 0, 0, 0, 0) == 0; won()",
    "leave the shared table of descriptors": "assert libc.unshare(0x400) == 0; won()",
}
OUTSIDE = {
    "read a file's flags": "assert libc.syscall(468, -100, b'{secret}', ctypes.create_string_buffer(24), 24, 0) == 0; "
        "won()",
    "set a file's flags": "b = ctypes.create_string_buffer(24); libc.syscall(468, -100, b'{secret}', b, 24, 0); "
        "assert libc.syscall(469, -100, b'{secret}', b, 24, 0) == 0; won()",
    "open a tree": "assert libc.syscall(467, -100, b'{secret}', 0, None, 0) >= 0; won()",
    "set flags through a descriptor": "import fcntl, os; f = os.open('.', 0); b = bytearray(8); fcntl.ioctl(f, "
        "0x80086601, b); fcntl.ioctl(f, 0x40086602, b); won()",
    "set a generation": "import fcntl, os; fcntl.ioctl(os.open('.', 0), 0x40087602, bytes(8)); won()",
    "lock a library file": "import fcntl, os; f, g = open(os.__file__), open(os.__file__); fcntl.flock(f, 6)\n"
        "try: fcntl.flock(g, 6)\nexcept BlockingIOError: won()",
    "lock it by range": "import fcntl, os, struct; f, g = open(os.__file__), open(os.__file__); lock = 'hhqqi'\n"
        "fcntl.fcntl(f, 37, struct.pack(lock, 0, 0, 0, 0, 0))\n"
        "if struct.unpack(lock, fcntl.fcntl(g, 36, struct.pack(lock, 1, 0, 0, 0, 0)))[0] != 2: won()",
    "list attributes": "import os; os.listxattr('{project}'); won()",
    "ask how full the disk is": "import os; os.statvfs('{project}'); won()",
    "list what is mounted": "import struct; assert libc.syscall(458, struct.pack('IIQQ', 24, 0, 2**64 - 1, 0), "
        "ctypes.create_string_buffer(512), 64, 0) > 0; won()",
    "watch the project": "assert libc.inotify_add_watch(libc.inotify_init1(0), b'{project}', 4095) >= 0; won()",
    "name a file by its number": "import struct; assert libc.syscall(303, -100, b'{secret}', struct.pack('Ii', 128, 0) "
        "+ bytes(128), ctypes.create_string_buffer(8), 0) == 0; won()",
    "see what others have read": "import os; f = os.open(os.__file__, 0); assert libc.syscall(451, f, bytes(16), "
        "ctypes.create_string_buffer(40), 0) == 0; won()",
    "see it in memory": "import mmap, os; f = open(os.__file__, 'rb'); m = mmap.mmap(f.fileno(), 4096, 1); "
        "libc.mmap.restype = ctypes.c_void_p; a = libc.mmap(None, ctypes.c_size_t(4096), 1, 1, f.fileno(), 0); "
        "assert libc.mincore(ctypes.c_void_p(a), ctypes.c_size_t(4096), ctypes.create_string_buffer(9)) == 0; won()",
    "read the clock's tuning": "assert libc.adjtimex(ctypes.create_string_buffer(512)) >= 0; won()",
    "handle its own page faults": "assert libc.syscall(323, 1) >= 0; won()",
    "read its descriptor tables": "assert libc.syscall(154, 0, ctypes.create_string_buffer(64), 64) >= 0; won()",
    "offer itself to the memory killer": "open('/proc/self/oom_score_adj', 'w').write('999'); won()",
    "make a system call of the future": "import errno; libc.syscall(9999); assert ctypes.get_errno() == errno.ENOSYS; "
        "libc.syscall(462, 0, 4096, 1); assert ctypes.get_errno() not in (errno.ENOSYS, errno.EPERM); won()",
}
REWARD = {
    "import the library of questions": "import reasoning_gym; won()",
    "import it once it is not forbidden": "import sys; sys.modules.pop('reasoning_gym', None); import reasoning_gym; "
        "won()",
    "read how a question is scored": "assert 'score_answer' in open('{library}/dataset.py').read(); won()",
    "run it from its file": "import runpy; runpy.run_path('{library}/dataset.py'); won()",
    "load its compiled form": "import glob; open(glob.glob('{library}/__pycache__/*.pyc')[0], 'rb').read(); won()",
    "import the test tools": "import sys; [sys.modules.pop(n, None) for n in ('pytest', '_pytest')]; import pytest; "
        "won()",
    "import hypothesis": "import sys; sys.modules.pop('hypothesis', None); import hypothesis; won()",
    "read the verifiers": "open('{root}/tasks/answers.py').read(); won()",
}
HOLDS = "import os, time\ndef used(): return sum(os.fstat(f).st_blocks for f in files) // 2048\nfiles = []\n"
DISK = {
    "hold files without a name": HOLDS + "for n in range(8):\n    f = os.open('f', 66); files.append(f); os.remove('f')\n"
        "    os.write(f, bytes(60 << 20))\ntime.sleep(.5)\nif used() > 400: won()",
    "make them without a name": "import os; os.open('.', os.O_TMPFILE | os.O_RDWR); won()",
    "get space without writing": HOLDS + "for n in range(8):\n    f = os.open(str(n), 66); files.append(f)\n"
        "    os.posix_fallocate(f, 0, 60 << 20)\ntime.sleep(.5)\nif used() > 400: won()",
    "hold them in memory only": "import os, time\nfor n in range(8):\n    f = os.open('f', 66); os.write(f, bytes(60 << "
        "20))\n    libc.mmap(None, ctypes.c_size_t(4096), 1, 1, f, 0); os.close(f); os.remove('f')\n"
        "time.sleep(.5); won()",
    "move them while they are counted": "import os, threading, time\nfor d in 'ab': os.makedirs(d)\n"
        "os.mkdir('a/x'); stop = []\ndef move():\n    while not stop: os.rename('a/x', 'b/x'); os.rename('b/x', 'a/x')\n"
        "threading.Thread(target=move).start()\nfor n in range(8):\n    f = open('f', 'wb'); f.write(bytes(60 << 20)); "
        "f.close()\n    while True:\n        try: os.rename('f', 'a/x/%d' % n); break\n        except OSError: pass\n"
        "time.sleep(1); stop.append(1); won()",
    "hold small threads": "import threading, time; threading.stack_size(65536)\nfor _ in range(300): threading.Thread("
        "target=time.sleep, args=(1,)).start()\ntime.sleep(.5); won()",
    "widen a pipe": "import fcntl, os; fcntl.fcntl(os.pipe()[0], 1031, 1 << 20); won()",
}
AS_ROOT = {
    "be root again": "import os; os.setresuid(0, 0, 0); won()",
    "mount a file system": "assert libc.mount(b'none', b'.', b'tmpfs', 0, 0) == 0; libc.umount(b'.'); won()",
    "change the root folder": "import os; os.chroot('/'); won()",
    "rename the host": "import socket; socket.sethostname(socket.gethostname()); won()",
    "make a device": "import os; os.mknod('d', 0o20666, os.makedev(1, 3)); won()",
    "set the clock": "import time; time.clock_settime(0, time.time()); won()",
    "load a module": "import errno; assert libc.syscall(313, -1, b'', 0) and ctypes.get_errno() != errno.EPERM; won()",
    "raise its limits": "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (900, 900)); won()",
}
ATTACKS = FILES | PROCESSES | NETWORK | RESOURCES | NEIGHBOURS | OUTSIDE | REWARD | DISK | (AS_ROOT if os.geteuid() == 0 else {})
PRELUDE = "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\ndef won(): print('PWNED', flush=True)\n"


@pytest.fixture(scope="module")
def scene():
    """A project with an answer file, a process to attack and sockets to reach."""
    place = Path(tempfile.mkdtemp(prefix="scene-"))
    place.chmod(0o755)
    project = place / "project"
    project.mkdir()
    (project / "answers.txt").write_text(SECRET)
    victim = subprocess.Popen(["sleep", "600"])
    kernels = LIBC.shmget(0, 4096, 0o1600), LIBC.msgget(0, 0o1600), LIBC.semget(0, 1, 0o1600)
    for _ in range(4):
        LIBC.msgsnd(kernels[1], struct.pack("q8s", 1, b"message"), 8, 0)
    LIBC.mq_close(LIBC.mq_open(f"/{place.name}".encode(), os.O_CREAT | os.O_RDWR, 0o600, None))
    datagrams = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    datagrams.bind(f"{place}/datagram")
    os.chmod(f"{place}/datagram", 0o777)
    servers = [socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)]
    servers[1].bind(f"{place}/unix")
    servers[2].bind(f"\0{place.name}")
    for server in servers:
        server.listen(64)
        threading.Thread(target=accept_all, args=(server,), daemon=True).start()
    yield {
        "secret": f"{project}/answers.txt",
        "project": str(project),
        "victim": victim.pid,
        "caller": os.getpid(),
        "port": servers[0].getsockname()[1],
        "unix": f"{place}/unix",
        "abstract": place.name,
        "root": str(ROOT),
        "tmp": tempfile.gettempdir(),
        "datagram": f"{place}/datagram",
        "library": importlib.util.find_spec("reasoning_gym").submodule_search_locations[0],
        **dict(zip(("shm", "queue", "semaphore"), kernels)),
    }
    for kernel, remove in zip(kernels, (LIBC.shmctl, LIBC.msgctl, LIBC.semctl)):
        remove(kernel, 0, 0, 0)  # IPC_RMID is 0
    LIBC.mq_unlink(f"/{place.name}".encode())
    datagrams.close()
    for server in servers:
        server.close()
    victim.kill()
    victim.wait()
    shutil.rmtree(place)


def accept_all(server: socket.socket):
    while True:
        try:
            server.accept()[0].close()
        except OSError:
            return


@pytest.mark.parametrize("intent", size(list(ATTACKS)[::4], ATTACKS))
def test_attack(intent, scene, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    code = PRELUDE + ATTACKS[intent].format(**scene)
    left, right = socket.socketpair()
    with open(scene["secret"]) as inherited, left, right, tempfile.TemporaryDirectory() as folder:
        for descriptor in (inherited.fileno(), left.fileno()):
            os.set_inheritable(descriptor, True)
        freely = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, close_fds=False, timeout=60
        )
        if "PWNED" not in freely.stdout:
            pytest.skip(f"not possible here even without the sandbox: {freely.stderr.strip().splitlines()[-1:]}")
        result = sandbox.run(code, timeout=10)
    assert "PWNED" not in result.stdout, result
    assert SECRET not in result.stdout + result.stderr
    assert Path(scene["secret"]).read_text() == SECRET and os.listdir(scene["project"]) == ["answers.txt"]
    assert Path(f"/proc/{scene['victim']}/stat").read_text().rpartition(")")[2].split()[0] in "SR"
    assert sandbox.run("print('alive')").stdout == "alive\n"
    assert not any(os.listdir(template.folder) for idle in sandbox._idle.values() for template in idle)
    places = tempfile.gettempdir(), "/dev/shm", "/tmp"
    assert not [path for place in places for path in Path(place).glob("sandbox-left*")]
    assert not [name for name in os.listdir("/proc") if name.isdigit() and of_a_call(name)]


def of_a_call(process: str) -> bool:
    """Whether a process is a child of a template of ours, alive or not."""
    try:
        parent = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1]
        return int(parent) in {template.process.pid for idle in sandbox._idle.values() for template in idle}
    except OSError:
        return False


ENDLESS = {
    "sleep": "import time; time.sleep(600)",
    "loop": "while True: pass",
    "loop in C": "sum(range(10**15))",
    "ignore all signals": "import signal, time\nfor s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\ntime.sleep(600)",
    "catch every exception": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "hang at the end": "import atexit, time; atexit.register(time.sleep, 600)",
    "leave a thread running": "import threading, time; threading.Thread(target=time.sleep, args=(600,)).start()",
    "close the pipes and stay": "import os, time\nos.close(0); os.close(1); os.close(2); time.sleep(600)",
    "wait for input that never comes": "import os, time\nr, w = os.pipe(); os.read(r, 1)",
    "match with catastrophic backtracking": "import re; re.match('(a+)+$', 'a' * 64 + 'b')",
    "compute a giant power": "x = 9 ** 9 ** 9",
    "stop itself": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
}


@pytest.mark.parametrize("way", size(("loop in C", "ignore all signals", "close the pipes and stay"), ENDLESS))
def test_what_does_not_end_is_ended(way):
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", ENDLESS[way]], timeout=1, stdin=subprocess.DEVNULL, capture_output=True)
    start = time.monotonic()
    assert sandbox.run(ENDLESS[way], timeout=1).status == "timeout"
    assert time.monotonic() - start < 20
    assert sandbox.run("print('alive')").stdout == "alive\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may start any number of processes; see the last test")
def test_an_exhausted_process_table_gives_a_status_and_the_next_call_works():
    sandbox.run("")
    template = sandbox._idle[False][-1]
    limits = resource.prlimit(template.process.pid, resource.RLIMIT_NPROC)
    resource.prlimit(template.process.pid, resource.RLIMIT_NPROC, (1, limits[1]))
    assert sandbox.run("print(1)").status == "killed"
    resource.prlimit(template.process.pid, resource.RLIMIT_NPROC, limits)
    assert sandbox.run("print(1)").stdout == "1\n" and sandbox._idle[False][-1] is template


def as_ordinary_user():
    """Become user 4242 in a process that is about to start a program, keeping, if it may, the right to read all files:
    Python may lie below /root."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(8, 1, 0, 0, 0)  # keep capabilities over the change of user
    os.setgroups([])
    os.setresgid(4242, 4242, 4242)
    os.setresuid(4242, 4242, 4242)
    rights = struct.pack("6I", *[walls.READ_SEARCH] * 3, 0, 0, 0)
    libc.capset(struct.pack("Ii", 0x20080522, 0), rights)
    libc.prctl(47, 2, 2, 0, 0)  # hand CAP_DAC_READ_SEARCH on to what is started


@pytest.mark.exhaustive
@pytest.mark.skipif(os.geteuid() != 0, reason="the tests above ran as an ordinary user already")
def test_all_of_this_as_an_ordinary_user():
    place = tempfile.mkdtemp(prefix="ordinary-")
    os.chown(place, 4242, 4242)
    options = {"cwd": place, "text": True, "capture_output": True, "preexec_fn": as_ordinary_user,
               "env": os.environ | {"HOME": place, "TMPDIR": place, "PYTHONDONTWRITEBYTECODE": "1"}}
    try:
        try:
            subprocess.run([sys.executable, "-c", f"import pytest; open({__file__!r})"], check=True, **options)
        except (OSError, subprocess.SubprocessError):
            pytest.skip("this Python, or these tests, lie where only root may read")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--exhaustive", __file__]
        done = subprocess.run(command, **options)
        passed = done.stdout.rstrip().splitlines()[-1]
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
        assert int(passed.split(" passed")[0].split()[-1]) >= 70, passed
    finally:
        shutil.rmtree(place, ignore_errors=True)
