"""Messages between the caller and its templates."""
import json
import socket
import struct

UNSAFE = 121  # exit code of a call whose protection could not be set up: nothing of the program has run then


def send(connection: socket.socket, message: dict):
    """One message: its length, then JSON."""
    body = json.dumps(message).encode()
    connection.sendall(struct.pack("!I", len(body)) + body)


def receive(connection: socket.socket) -> dict:
    """What `send` sent. EOFError when the other side is gone."""
    def exactly(count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = connection.recv(count - len(data))
            if not part:
                raise EOFError("the sandbox's template process has died")
            data += part
        return data

    return json.loads(exactly(*struct.unpack("!I", exactly(4))))
