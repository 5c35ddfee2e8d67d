"""An OpenAI-compatible endpoint that misbehaves on request."""
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-test-2f9a61c07de84"
CODE = "I compute.\n```python\nprint(6 * 7)\n```"


class Server(ThreadingHTTPServer):
    """An endpoint. `answer(messages)` gives a text, with "length" behind it if it was cut off there, or the number of
    an HTTP error. `faults` holds by first message what happens to the first requests of a conversation instead."""
    daemon_threads, request_queue_size = True, 64

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.faults, self.asked, self.lock = answer, {}, [], threading.Lock()
        self.address = f"http://127.0.0.1:{self.server_port}/v1"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client):
        """A client that went away is what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        messages = body["messages"]
        with self.server.lock:
            self.server.asked.append(body)
            faults = self.server.faults.get(messages[0]["content"])
            fault = faults.pop(0) if faults else None
        if fault == "drop":
            return self.connection.close()
        if fault == "late":
            time.sleep(2)
        answer = fault if isinstance(fault, int) else self.server.answer(messages)
        if isinstance(answer, int):
            said = {400: "This model's maximum context length is 9 tokens.", 404: "The model does not exist."}
            error = said.get(answer, f"no luck with {self.headers['Authorization']}")
            return self.reply(answer, json.dumps({"error": {"message": error, "type": "x", "code": None}}))
        text, finish = answer if isinstance(answer, tuple) else (answer, "stop")
        usage = {"prompt_tokens": 10 * len(messages), "completion_tokens": 3, "total_tokens": 0}
        choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}
        reply = {"id": "1", "object": "chat.completion", "created": 1, "model": body["model"], "usage": usage,
                 "choices": [choice]}
        if fault == "no choice":
            reply["choices"] = []
        if fault == "no text":
            choice["message"]["content"] = None
        if fault == "no usage":
            del reply["usage"]
        self.reply(200, "<html>busy</html>" if fault in ("html", "no JSON") else json.dumps(reply),
                   kind="text/html" if fault == "html" else "application/json", cut=40 * (fault == "cut"))

    def reply(self, status: int, text: str, kind: str = "application/json", cut: int = 0):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        if status != 200:
            self.send_header("Retry-After", "0.02")
        self.end_headers()
        self.wfile.write(text[:len(text) - cut].encode())

    def log_message(self, *_):
        pass


def calculator(messages: list[dict]) -> str:
    """Writes a program, then answers with what it printed."""
    last = messages[-1]["content"]
    return f"<<<{last.split()[-1]}>>>" if "Results" in last else CODE
