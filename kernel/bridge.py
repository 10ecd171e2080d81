"""Runs an IPython kernel for the IPython view and relays between it and phy.

phy starts this file with the Python of the user and speaks to it over stdin and stdout, one JSON object per line. The kernel is a process of
its own (ipykernel), spoken to over the Jupyter protocol, so that it can be interrupted and ended whatever it does. What the kernel's `m`, `c` and
`s` ask of the engine goes the same way: text out, frames in (a line with their length, then their bytes).
"""

import json
import os
import queue
import secrets
import subprocess
import sys
import threading
from multiprocessing.connection import Listener

# Whatever prints, only our lines may reach phy.
LINES = os.fdopen(os.dup(1), "wb", buffering=0)
os.dup2(2, 1)

# A figure or a table above this size is left out with a note.
MOST_CHARACTERS = 16 * 2**20
KEPT_TYPES = ("text/plain", "text/html", "image/png", "image/jpeg", "image/svg+xml")


class Out:
    """Writes whole lines, from any thread."""

    def __init__(self):
        self.lock = threading.Lock()

    def say(self, kind, **facts):
        line = json.dumps({"type": kind, **facts}, default=str) + "\n"
        with self.lock:
            data = memoryview(line.encode())
            while data:
                data = data[LINES.write(data) :]


out = Out()


def leave(what, message):
    """Says why there can be no kernel, and ends."""
    out.say("failed", what=what, message=message)
    sys.exit(0)


try:
    import zmq
    from jupyter_client import KernelManager
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    import ipykernel  # noqa: F401
except ImportError as error:
    leave("ipykernel", str(error))


class ThisPython(KernelSpecManager):
    """The one kernel there is: ipykernel in the Python that runs this file."""

    def get_kernel_spec(self, kernel_name):
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python", language="python")


class Engine:
    """The kernel's own line to the engine: a local connection that only knows who has the key."""

    def __init__(self):
        self.key = secrets.token_bytes(32)
        self.listener = Listener(authkey=self.key)
        self.connection = None
        # Frames wait here for a kernel that is busy: reading what phy says (an interrupt) must never wait for it.
        self.frames = queue.Queue()
        threading.Thread(target=self.accept, daemon=True).start()
        threading.Thread(target=self.deliver, daemon=True).start()

    def environment(self):
        family = "AF_PIPE" if os.name == "nt" else "AF_UNIX"
        return {"PHY_KERNEL_ADDRESS": self.listener.address, "PHY_KERNEL_FAMILY": family, "PHY_KERNEL_KEY": self.key.hex()}

    def accept(self):
        while True:
            try:
                connection = self.listener.accept()
            except OSError:
                return
            except Exception:
                continue
            self.connection = connection
            out.say("join")
            self.relay(connection)

    def relay(self, connection):
        try:
            while True:
                out.say("ask", text=connection.recv_bytes().decode())
        except (EOFError, OSError):
            if self.connection is connection:
                self.connection = None
            out.say("leave")

    def send(self, frame):
        if self.connection is not None:
            self.frames.put((self.connection, frame))

    def deliver(self):
        while True:
            connection, frame = self.frames.get()
            try:
                connection.send_bytes(frame)
            except OSError:
                pass


class Commands:
    """What phy says, read in a thread of its own; `wake` is a socket that the poller can wait for."""

    def __init__(self, context, engine):
        self.engine = engine
        self.queue = queue.Queue()
        self.wake = context.socket(zmq.PAIR)
        self.wake.bind("inproc://commands")
        self.alarm = context.socket(zmq.PAIR)
        self.alarm.connect("inproc://commands")
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        stdin = sys.stdin.buffer
        for line in iter(stdin.readline, b""):
            command = json.loads(line)
            if command["type"] == "frame":
                self.engine.send(stdin.read(command["bytes"]))
                continue
            self.queue.put(command)
            self.alarm.send(b"")
        # phy is gone: nobody needs the kernel any more.
        self.queue.put({"type": "shutdown"})
        self.alarm.send(b"")

    def take(self):
        while self.wake.poll(0):
            self.wake.recv()
        while not self.queue.empty():
            yield self.queue.get()


def text_of(value):
    return "".join(value) if isinstance(value, list) else value


def kept_data(bundle):
    """The forms of a result that the view can show."""
    kept = {kind: text_of(bundle[kind]) for kind in KEPT_TYPES if kind in bundle}
    large = [kind for kind, text in kept.items() if len(text) > MOST_CHARACTERS]
    for kind in large:
        del kept[kind]
    if large and not kept:
        kept["text/plain"] = f"(left out: {', '.join(large)} larger than 16 MB)"
    return kept


class Kernel:
    """One kernel and the sockets of the Jupyter protocol to it."""

    def __init__(self, startup):
        self.startup = startup
        self.engine = Engine()
        self.manager = KernelManager(kernel_spec_manager=ThisPython())
        self.commands = Commands(self.manager.context, self.engine)
        self.sockets = {}
        self.requests = {}
        self.is_ready = False
        self.started = 0.0

    def start(self):
        environment = {**os.environ, **self.engine.environment()}
        self.manager.start_kernel(env=environment, stdout=subprocess.DEVNULL)
        self.connect()

    def connect(self):
        identity = self.manager.session.bsession
        self.sockets = {
            "shell": self.manager.connect_shell(identity=identity),
            "control": self.manager.connect_control(identity=identity),
            "stdin": self.manager.connect_stdin(identity=identity),
            "iopub": self.manager.connect_iopub(),
        }
        self.requests = {}
        self.is_ready = False
        self.send("shell", "kernel_info_request", {}, {"kind": "info"})

    def send(self, channel, kind, content, purpose=None):
        message = self.manager.session.msg(kind, content)
        if purpose is not None:
            self.requests[message["header"]["msg_id"]] = purpose
        self.manager.session.send(self.sockets[channel], message)

    def run(self):
        poller = zmq.Poller()
        poller.register(self.commands.wake, zmq.POLLIN)
        registered = []
        while True:
            if registered != list(self.sockets.values()):
                for socket in registered:
                    poller.unregister(socket)
                registered = list(self.sockets.values())
                for socket in registered:
                    poller.register(socket, zmq.POLLIN)
            poller.poll(500)
            for command in self.commands.take():
                if not self.obey(command):
                    return
            for channel, socket in list(self.sockets.items()):
                self.receive(channel, socket)
            if self.sockets and not self.manager.is_alive():
                self.close_sockets()
                out.say("died")

    def receive(self, channel, socket):
        while socket in self.sockets.values() and socket.poll(0):
            try:
                _, message = self.manager.session.recv(socket, mode=zmq.NOBLOCK)
            except ValueError:
                continue
            if message is not None:
                self.take(channel, message)

    # From phy

    def obey(self, command):
        kind = command["type"]
        if kind == "shutdown":
            self.close_sockets()
            self.manager.shutdown_kernel(now=True)
            return False
        if not self.sockets:
            out.say("died")
        elif kind == "interrupt":
            self.manager.interrupt_kernel()
        elif kind == "execute":
            content = {"code": command["code"], "silent": False, "store_history": True, "user_expressions": {}}
            content.update(allow_stdin=True, stop_on_error=True)
            self.send("shell", "execute_request", content, {"kind": "execute", "id": command["id"]})
        elif kind == "input":
            self.send("stdin", "input_reply", {"value": command["text"]})
        elif kind == "complete":
            self.ask(command, "complete_request")
        elif kind == "inspect":
            self.ask(command, "inspect_request", detail_level=0)
        elif kind == "isComplete":
            content = {"code": command["code"]}
            self.send("shell", "is_complete_request", content, {"kind": kind, "id": command["id"]})
        elif kind == "history":
            content = {"output": False, "raw": True, "hist_access_type": "tail", "n": command["n"]}
            self.send("shell", "history_request", content, {"kind": kind, "id": command["id"]})
        return True

    def ask(self, command, kind, **more):
        content = {"code": command["code"], "cursor_pos": command["cursor"], **more}
        self.send("shell", kind, content, {"kind": command["type"], "id": command["id"]})

    def close_sockets(self):
        for socket in self.sockets.values():
            socket.close(0)
        self.sockets = {}

    # From the kernel

    def take(self, channel, message):
        parent = message["parent_header"].get("msg_id")
        content = message["content"]
        if channel == "iopub":
            self.publish(message["header"]["msg_type"], content, self.requests.get(parent))
        elif channel == "stdin" and message["header"]["msg_type"] == "input_request":
            out.say("inputRequest", prompt=content["prompt"], password=content["password"])
        elif channel == "shell":
            self.reply(content, self.requests.get(parent), parent)

    def publish(self, kind, content, purpose):
        if purpose is None or purpose["kind"] != "execute":
            return
        cell = purpose["id"]
        if kind == "status":
            if content["execution_state"] == "idle":
                out.say("idle", id=cell)
        elif kind == "execute_input":
            out.say("count", id=cell, count=content["execution_count"])
        elif kind == "stream":
            self.output(cell, kind="stream", name=content["name"], text=content["text"])
        elif kind in ("display_data", "execute_result", "update_display_data"):
            display = content.get("transient", {}).get("display_id")
            facts = {"kind": "data", "data": kept_data(content["data"]), "isResult": kind == "execute_result"}
            self.output(cell, display=display, isUpdate=kind == "update_display_data", **facts)
        elif kind == "error":
            self.output(cell, kind="error", name=content["ename"], text="\n".join(content["traceback"]))
        elif kind == "clear_output":
            self.output(cell, kind="clear", wait=bool(content.get("wait")))

    def output(self, cell, **facts):
        out.say("output", id=cell, output=facts)

    def reply(self, content, purpose, parent):
        if purpose is None:
            return
        kind = purpose["kind"]
        if kind == "info":
            if not self.is_ready:
                self.is_ready = True
                facts = {"silent": True, "store_history": False, "user_expressions": {}, "allow_stdin": False}
                self.send("shell", "execute_request", {"code": self.startup, **facts}, {"kind": "startup"})
                self.banner = content.get("banner", "")
        elif kind == "startup":
            out.say("ready", banner=self.banner, python=sys.executable, trouble=startup_trouble(content))
        elif kind == "complete":
            facts = {"start": content.get("cursor_start", 0), "end": content.get("cursor_end", 0)}
            out.say("completed", id=purpose["id"], matches=content.get("matches", [])[:500], **facts)
        elif kind == "inspect":
            text = content.get("data", {}).get("text/plain", "") if content.get("found") else ""
            out.say("inspected", id=purpose["id"], text=text_of(text)[:100_000])
        elif kind == "isComplete":
            facts = {"status": content.get("status", "unknown"), "indent": content.get("indent", "")}
            out.say("isComplete", id=purpose["id"], **facts)
        elif kind == "history":
            lines = [entry[2] for entry in content.get("history", [])]
            out.say("history", id=purpose["id"], entries=lines)
        elif kind == "execute":
            out.say("done", id=purpose["id"], ok=content.get("status") == "ok")
            return
        self.requests.pop(parent, None)


def startup_trouble(content):
    if content.get("status") == "ok":
        return None
    return f"{content.get('ename', 'Error')}: {content.get('evalue', '')}"


def startup_code():
    """Makes `m`, `c` and `s` without leaving a compiled file beside the program."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "phy_kernel.py")
    return f"""
def _phy_start():
    import importlib.util, sys
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec = importlib.util.spec_from_file_location('phy_kernel', {path!r})
        module = importlib.util.module_from_spec(spec)
        sys.modules['phy_kernel'] = module
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes
    module.start(get_ipython())
try:
    _phy_start()
finally:
    del _phy_start
"""


def main():
    kernel = Kernel(startup_code())
    try:
        kernel.start()
    except Exception as error:
        leave("kernel", f"{type(error).__name__}: {error}")
    try:
        kernel.run()
    finally:
        if kernel.manager.has_kernel:
            kernel.manager.shutdown_kernel(now=True)


main()
