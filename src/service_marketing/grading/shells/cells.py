"""What runs in a shell: one cell at a time through a real IPythonKernel, its outputs in nbformat's shape.

The kernel has no sockets. `Recorder` is its Session: what the kernel would publish goes to a `Transcript`, which does
what a notebook client does with it (nbclient: display ids, clear_output, Output widgets). Text goes the way ipykernel
sends it: standard output and standard error are collected apart and put down in that order before a display, at a flush
and at the end of a cell, or when they have waited for `LINGER` seconds. File descriptors 1 and 2 are files in memory,
read before each write of Python's, so what C code and other programs print stands exactly where it was printed.

Known differences from a kernel behind sockets:
- texts of one stream that follow one another are one output;
- `display` in a forked child of the notebook (multiprocessing) shows nothing, its text output does;
- `threading.enumerate()` lists the main thread alone, and BLAS uses one thread (last digits may differ);
- all shells of one pool share a hash seed, so sets of strings come in the same order for everybody;
- the instructor's ~/.ipython and ~/.jupyter are not read, HOME is another folder, and tracebacks show paths in full;
- more modules are in sys.modules, and filters that numpy and pandas set for warnings are in force before their import;
- at its end a shell is killed: atexit functions do not run, files that were not closed may lack their last lines.
"""

import asyncio
import codecs
import os
import resource
import signal
import sys
import threading
import time
from base64 import b64encode
from collections import deque
from contextvars import ContextVar, copy_context
from types import MethodType
from typing import Any

from ipykernel.iostream import OutStream
from jupyter_client.session import Session, extract_header, json_packer, json_unpacker
from tornado.ioloop import IOLoop

from service_marketing.grading.protocol import Message, Parser, ProtocolError, pack

STREAMS = ("stdout", "stderr")
LINGER = 0.2  # ipykernel's flush_interval
ERROR_ROOM = 50_000  # characters of one traceback that are kept when a cell has used up its room
ERRORS_KEPT = 20
BATCH = 1000  # outputs in one frame
LINES, LINE = 1000, 1 << 20  # the most of a traceback that the protocol takes
OUTPUT_WIDGET = ("@jupyter-widgets/output", "OutputModel")
ORDERS = ("begin", "run", "end")
OVERHEAD = 100  # what an output weighs besides its content, so that a million empty ones are too many as well
PUBLISHED = {"display_data", "execute_result", "update_display_data", "error", "clear_output", "comm_open", "comm_msg", "comm_close"}

# Kept from before the student's code: it may replace the names in their modules.
_fstat, _pread, _write, _ftruncate, _exit = os.fstat, os.pread, os.write, os.ftruncate, os._exit
_monotonic = time.monotonic
_main_thread, _current_thread = threading.main_thread, threading.current_thread


class OutputLimitExceeded(RuntimeError):
    """A cell printed or displayed more than it may."""


class Room:
    """How much output is left for a cell and for the submission, in characters of text or JSON."""

    def __init__(self, cell: int = 1 << 40, submission: int = 1 << 40):
        self.cell, self.submission = cell, submission
        self.left = self.kept = 0
        self.exceeded = False

    def renew(self) -> None:
        """Start a new cell."""
        self.left = min(self.cell, self.submission)
        self.exceeded, self.kept = False, 0

    def take(self, size: int) -> bool:
        """Whether `size` more fits; from the first refusal on nothing fits for the rest of the cell."""
        if self.exceeded or size > self.left:
            self.exceeded = True
            return False
        self.left -= size
        self.submission -= size
        return True


class Transcript:
    """What the cells of one shell show, as a notebook client would have put it together."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.room = Room()
        self.foreign = False  # in a process that the notebook forked
        self.files: dict[str, int] = {}
        self.number = -1
        self.message_id = ""
        self.displays: dict[str, dict[int, list[int]]] = {}
        self.widgets: dict[str, dict[str, Any]] = {}
        self.widget_buffers: dict[str, dict[tuple, dict[str, Any]]] = {}
        self.output_widgets: dict[str, OutputWidget] = {}
        self.inbox: dict[str, list] = {}  # states that a front end would send back, by widget
        self.begin(-1, "")

    def begin(self, number: int, message_id: str) -> None:
        """Start the cell `number`, whose messages are children of `message_id`. What was printed since the last is dropped."""
        self.number, self.message_id = number, message_id
        self.outputs: list[dict[str, Any]] = []
        self.updates: dict[tuple[int, int], dict[str, Any]] = {}
        self.pending: dict[str, list[str]] = {name: [] for name in STREAMS}
        self.since = dict.fromkeys(STREAMS, 0.0)
        self.clear_next = False
        self.hooks: list[OutputWidget] = []
        self.reply: dict[str, Any] | None = None
        self.room.renew()
        self.read = dict.fromkeys(STREAMS, 0)
        self.decoders = {name: codecs.getincrementaldecoder("utf-8")("replace") for name in STREAMS}
        for descriptor in self.files.values():
            _ftruncate(descriptor, 0)

    def end(self) -> None:
        """Nothing more belongs to the cell."""
        for name in STREAMS:
            self.flush(name)
        self.message_id = ""

    # text

    def write(self, name: str, text: str, parent: str) -> None:
        """Take what Python printed on the stream `name` on behalf of the request `parent`."""
        with self.lock:
            self.drain()
            if parent == self.message_id:
                self._collect(name, text)
        if self.room.exceeded and parent == self.message_id and _current_thread() is _main_thread():
            raise OutputLimitExceeded(f"more than {self.room.cell} characters of output in a cell, or too many in the notebook")

    def drain(self) -> None:
        """Take what C code and other programs wrote to file descriptors 1 and 2."""
        for name, descriptor in self.files.items():
            size, start = _fstat(descriptor).st_size, self.read[name]
            if size == start:
                continue
            if size < start:  # somebody cut the file
                start = 0
            self.read[name] = size
            room = self.room.left + 1
            data = _pread(descriptor, min(size - start, 4 * room), start)
            text = self.decoders[name].decode(data)
            if text and self.message_id:
                self._collect(name, text)

    def _collect(self, name: str, text: str) -> None:
        now = _monotonic()
        for other in STREAMS:
            if self.pending[other] and now - self.since[other] > LINGER:
                self._put_down(other)
        if not self.room.take(len(text)):
            text = text[: max(self.room.left, 0)]
            self.room.left = 0
        if text:
            if not self.pending[name]:
                self.since[name] = now
            self.pending[name].append(text)

    def flush(self, name: str) -> None:
        """Put down what waits on the stream `name`."""
        with self.lock:
            self.drain()
            self._put_down(name)

    def _put_down(self, name: str) -> None:
        texts, self.pending[name] = self.pending[name], []
        if texts:
            self._show({"output_type": "stream", "name": name, "text": texts})

    # messages

    def message(self, kind: str, packed: bytes, parent: str, buffers: list | None) -> None:
        """Do what a client does with a published message whose content is `packed`."""
        with self.lock:
            if parent != self.message_id or not parent:
                return
            content = json_unpacker(packed)
            if kind == "error":
                self._error(content, len(packed))
            elif not self.room.take(len(packed) + OVERHEAD):
                raise OutputLimitExceeded(f"a {kind} of {len(packed)} bytes, and there is no room for it")
            elif kind == "clear_output":
                (self.hooks[-1] if self.hooks else self).clear(bool(content.get("wait")))
            elif kind.startswith("comm"):
                self._comm(kind, content, buffers or [])
            else:
                self._display(kind, content)

    def clear(self, wait: bool) -> None:
        """`clear_output` for the cell."""
        if wait:
            self.clear_next = True
        else:
            self.outputs.clear()
            self._forget_displays()

    def _error(self, content: dict[str, Any], size: int) -> None:
        """An error is never lost: without room for it, it is shortened."""
        if not self.room.take(size + OVERHEAD):
            self.room.kept += 1
            if self.room.kept > ERRORS_KEPT:
                return
            content["traceback"] = ["\n".join(content["traceback"])[-ERROR_ROOM:]]
            content["evalue"] = content["evalue"][:ERROR_ROOM]
        self._show({"output_type": "error", **{key: content[key] for key in ("ename", "evalue", "traceback")}})

    def _display(self, kind: str, content: dict[str, Any]) -> None:
        display_id = (content.get("transient") or {}).get("display_id")
        shown = {"data": content["data"], "metadata": content["metadata"]}
        if display_id:
            self._update(display_id, shown)
        if kind == "update_display_data":
            return
        output = {"output_type": kind, **shown}
        if kind == "execute_result":
            output["execution_count"] = content["execution_count"]
        self._show(output, display_id)

    def _show(self, output: dict[str, Any], display_id: str | None = None) -> None:
        if self.hooks:
            self.hooks[-1].show(output)
            return
        if self.clear_next:
            self.clear(wait=False)
            self.clear_next = False
        if display_id:
            self.displays.setdefault(display_id, {}).setdefault(self.number, []).append(len(self.outputs))
        add(self.outputs, output)

    def _update(self, display_id: str, shown: dict[str, Any]) -> None:
        for number, places in self.displays.get(display_id, {}).items():
            for place in places:
                if number == self.number:
                    self.outputs[place].update(shown)
                else:
                    self.updates[number, place] = shown

    def _forget_displays(self) -> None:
        for places in self.displays.values():
            places.pop(self.number, None)

    # widgets

    def _comm(self, kind: str, content: dict[str, Any], buffers: list) -> None:
        name, data = content["comm_id"], content.get("data") or {}
        state = data.get("state")
        if isinstance(state, dict):
            self.widgets.setdefault(name, {}).update(state)
            for path, buffer in zip(data.get("buffer_paths") or [], buffers, strict=False):
                text = b64encode(bytes(buffer)).decode("ascii")
                if self.room.take(len(text)):
                    self.widget_buffers.setdefault(name, {})[tuple(path)] = {"data": text, "encoding": "base64", "path": path}
            if kind == "comm_open" and (state.get("_model_module"), state.get("_model_name")) == OUTPUT_WIDGET:
                self.output_widgets[name] = OutputWidget(self, name)
            elif kind == "comm_msg" and name in self.output_widgets:
                self.output_widgets[name].capture(state)

    def widget_state(self) -> dict[str, Any] | None:
        """The notebook's widget metadata (application/vnd.jupyter.widget-state+json), None without widgets."""
        models = {}
        for name, state in self.widgets.items():
            if "_model_name" not in state:
                continue
            models[name] = {
                "model_name": state.get("_model_name"),
                "model_module": state.get("_model_module"),
                "model_module_version": state.get("_model_module_version"),
                "state": {key: finished(value) if key == "outputs" else value for key, value in state.items()},
            }
            if self.widget_buffers.get(name):
                models[name]["buffers"] = list(self.widget_buffers[name].values())
        return {"state": models, "version_major": 2, "version_minor": 0} if self.widgets else None


class OutputWidget:
    """The front end's half of an Output widget: while it captures, outputs go into its state instead of the cell."""

    def __init__(self, transcript: Transcript, name: str):
        self.transcript, self.name = transcript, name
        self.outputs: list[dict[str, Any]] = list(transcript.widgets[name].get("outputs") or [])
        self.clear_next = False

    def capture(self, state: dict[str, Any]) -> None:
        """Begin (a msg_id) or end (an empty one) to capture."""
        hooks = self.transcript.hooks
        if state.get("msg_id"):
            hooks.append(self)
        elif "msg_id" in state and hooks:
            hooks.pop()

    def clear(self, wait: bool) -> None:
        if wait:
            self.clear_next = True
        else:
            self.outputs = []
            self._publish()

    def show(self, output: dict[str, Any]) -> None:
        if self.clear_next:
            self.outputs, self.clear_next = [], False
        add(self.outputs, output)
        self._publish()

    def _publish(self) -> None:
        self.transcript.widgets[self.name]["outputs"] = self.outputs
        self.transcript.inbox[self.name] = self.outputs


def add(outputs: list[dict[str, Any]], output: dict[str, Any]) -> None:
    """Append `output`, or its text to the stream that comes last. Texts stay lists of pieces until the end."""
    last = outputs[-1] if outputs else None
    if last and last["output_type"] == output["output_type"] == "stream" and last["name"] == output["name"]:
        last["text"].extend(output["text"])
    else:
        outputs.append(output)


def finished(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`outputs` with the texts of streams joined, of characters that UTF-8 can hold."""
    return [{**each, "text": _utf8("".join(each["text"]))} if each["output_type"] == "stream" else each for each in outputs]


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


class Recorder(Session):
    """The kernel's Session: what would go out through a socket goes to the transcript."""

    transcript: Transcript

    def send(self, stream, msg_or_type, content=None, parent=None, ident=None, buffers=None, track=False, header=None, metadata=None):
        """Take a message: the whole of it, or its type, content and parent."""
        if isinstance(msg_or_type, dict):
            kind, content, header = msg_or_type["msg_type"], msg_or_type["content"], msg_or_type["parent_header"]
        else:
            kind, header = msg_or_type, extract_header(parent) if parent else {}
        transcript = self.transcript
        if not transcript.foreign:
            if kind in PUBLISHED:
                transcript.message(kind, json_packer(content), header.get("msg_id", ""), buffers)
            elif kind == "execute_reply":
                transcript.reply = content
        return {"msg_type": kind, "content": content}


class Stream(OutStream):
    """`sys.stdout` or `sys.stderr` of a shell: ipykernel's class, with a transcript in place of its thread and socket."""

    def __init__(self, transcript: Transcript, name: str):
        self.name = name
        self.pub_thread = transcript  # the base class: closed when None
        self.session = self.echo = None
        self._original_stdstream_copy = os.open(os.devnull, os.O_WRONLY)  # what fileno() gives is not shown, as in a kernel
        self._should_watch = self._isatty = False
        self._local = threading.local()
        self._parent_header = ContextVar("parent_header")
        self._parent_header.set({})
        self._parent_header_global = {}

    def write(self, string: str) -> int:
        """Take `string`; returns its length."""
        if not isinstance(string, str):
            raise TypeError(f"write() argument must be str, not {type(string)}")
        transcript = self.pub_thread
        if transcript is None:
            raise ValueError("I/O operation on closed file")
        if transcript.foreign:
            _write(1 if self.name == "stdout" else 2, string.encode("utf-8", "replace"))
        else:
            try:
                parent = self._parent_header.get()
            except LookupError:
                parent = self._parent_header_global
            transcript.write(self.name, string, parent.get("msg_id", ""))
        return len(string)

    def writelines(self, sequence) -> None:
        for string in sequence:
            self.write(string)

    def flush(self) -> None:
        """Put down what waits."""
        if self.pub_thread is not None and not self.pub_thread.foreign:
            self.pub_thread.flush(self.name)

    def __del__(self) -> None:
        """Nothing to close: the base class's thread does not exist."""


Stream.__name__ = Stream.__qualname__ = OutStream.__name__  # what a notebook sees of it
Stream.__module__ = OutStream.__module__


def _nothing_to_show(result: Any) -> tuple[dict, dict]:
    """The formats of a cell's value when it is not shown; text/plain would be made even if no type is active."""
    return {}, {}


class Shell:
    """A kernel that answers requests from one channel."""

    def __init__(self, kernel, transcript: Transcript):
        self.kernel, self.transcript = kernel, transcript
        self.context = copy_context()  # one for all cells, as in ipykernel
        self.channel = None
        self.most = 1 << 24  # bytes of one answer
        self.parser, self.requests = Parser(ORDERS), deque()
        self.wall = None  # what this shell is at the wall: a wall.student.Student, a wall.tester.Tester, or nothing
        self.quiet = False

    async def run(self, source: str, number: int, quiet: bool = False) -> dict[str, Any]:
        """Run one cell; returns its reply, whatever happened in it. `quiet`: nothing is rendered, nothing it shows is kept."""
        if quiet != self.quiet:
            self.hush(quiet)
        return await asyncio.create_task(self._run(source, number), context=self.context)

    def hush(self, quiet: bool) -> None:
        """Render nothing from here on, or everything again; figures are closed at the end of a cell all the same."""
        ip, self.quiet = self.kernel.shell, quiet
        if quiet:
            self.shown = ip.display_formatter.active_types
        ip.display_formatter.active_types = [] if quiet else self.shown
        ip.displayhook.compute_format_data = (
            _nothing_to_show if quiet else MethodType(type(ip.displayhook).compute_format_data, ip.displayhook)
        )
        ip.InteractiveTB.set_mode("Minimal" if quiet else "Context")

    async def _run(self, source: str, number: int) -> dict[str, Any]:
        kernel, transcript = self.kernel, self.transcript
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": False}
        request = {**kernel.session.msg("execute_request", content), "metadata": {}}
        transcript.begin(number, request["header"]["msg_id"])
        failure = {}
        kernel.set_parent([], request)
        kernel.pre_handler_hook()
        try:
            if self.wall is not None:
                self.wall.begin(number)
            await kernel.execute_request(None, [], request)
        except (Exception, KeyboardInterrupt, SystemExit, asyncio.CancelledError) as error:
            failure = {"status": "error", "ename": type(error).__name__, "evalue": _text(error), "traceback": []}
        finally:
            kernel.post_handler_hook()
        if transcript.foreign:
            _exit(0)
        transcript.end()
        reply = failure or transcript.reply or {"status": "error", "ename": "NoReply", "evalue": "", "traceback": []}
        if self.wall is not None:
            reply = self.wall.finish(reply)
        self._deliver()
        if self.quiet:
            return {"outputs": [], "reply": {**reply, "traceback": []}, "exceeded": transcript.room.exceeded}
        updates = [
            {"output_type": "update_display_data", "cell": number, "place": place, **shown}
            for (number, place), shown in transcript.updates.items()
        ]
        return {"outputs": finished(transcript.outputs) + updates, "reply": reply, "exceeded": transcript.room.exceeded}

    def _deliver(self) -> None:
        """Send the states of Output widgets back to the kernel, as a front end does."""
        inbox, self.transcript.inbox = self.transcript.inbox, {}
        for name, outputs in inbox.items():
            content = {"comm_id": name, "data": {"method": "update", "state": {"outputs": finished(outputs)}, "buffer_paths": []}}
            message = {**self.kernel.session.msg("comm_msg", content), "metadata": {}, "buffers": []}
            self.kernel.set_parent([], message)
            self.kernel.comm_manager.comm_msg(None, [], message)

    def receive(self, channel) -> Message:
        """The next request, waited for where no event loop runs yet."""
        while not self.requests:
            self.requests.extend(self.parser.feed(channel.recv(1 << 16)))
        return self.requests.popleft()

    async def serve(self, channel) -> None:
        """Answer requests from the socket `channel` until it closes, or a cell is to be run after the notebook has asked to exit."""
        self.channel, self.kernel.io_loop = channel, IOLoop.current()
        loop = asyncio.get_running_loop()
        keep_waking(loop)
        if self.wall is not None:
            self.wall.listen(loop)
        while True:
            while not self.requests:
                data = await loop.sock_recv(channel, 1 << 16)
                if not data:
                    return
                self.requests.extend(self.parser.feed(data))
            request = self.requests.popleft()
            if request.kind == "end":
                frames = self.farewell(request)
            elif self.kernel.shell.exit_now:
                return
            else:
                frames = await self.answer(request)
            for frame in frames:
                await loop.sock_sendall(channel, frame)

    async def answer(self, request: Message) -> list[bytes]:
        """The frames that answer `run`."""
        number, started = request.fields["cell"], _monotonic()
        ran = await self.run(request.fields["source"], number, request.fields["quiet"])
        if self.wall is not None:
            ran = await self.wall.confirm(ran, request.fields["source"], number)
        done = {"cell": number, "status": "ok", "count": None, "seconds": _monotonic() - started, "overflow": ran["exceeded"]}
        frames = []
        if ran["reply"]["status"] != "ok":
            done["status"] = "error"
            frames.append(pack(Message("error", {"cell": number, **_shortened(ran["reply"])}, request=request.request)))
        try:
            frames += self.outputs(number, ran["outputs"], request)
        except ProtocolError:  # more, or deeper, than may cross
            done["overflow"] = True
        if self.wall is not None and (notes := self.wall.notes(number)):
            frames.append(pack(Message("notes", notes, request=request.request)))
        return [*frames, pack(Message("done", done, request=request.request))]

    def outputs(self, number: int, outputs: list[dict[str, Any]], request: Message) -> list[bytes]:
        """The frames of `outputs`. Raises ProtocolError when they are more than the listener takes."""
        batches = [outputs[start : start + BATCH] for start in range(0, len(outputs), BATCH)]
        frames = [pack(Message("outputs", {"cell": number, "outputs": batch}, request=request.request), self.most) for batch in batches]
        if sum(map(len, frames)) > self.most:
            raise ProtocolError("large")
        return frames

    def farewell(self, request: Message) -> list[bytes]:
        """The frames that answer `end`: the state of the widgets, and what was used."""
        state = self.transcript.widget_state()
        try:
            frames = self.outputs(0, [{"output_type": "widgets", "state": state}] if state else [], request)
        except ProtocolError:
            frames = []
        used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        seconds, memory = sum(one.ru_utime + one.ru_stime for one in used), max(one.ru_maxrss for one in used)
        ended = {"seconds": seconds, "memory": memory * 1024, "settled": self.wall is None or self.wall.settled()}
        return [*frames, pack(Message("ended", ended, request=request.request))]

    def part_from_fork(self) -> None:
        """In a process that the notebook forked: text goes to the shell's files, and the channel is not its own."""
        self.transcript.foreign = True
        if self.channel is not None:
            self.channel.close()


def _shortened(reply: dict[str, Any]) -> dict[str, Any]:
    """A failed reply's name, value and traceback, as far as they may cross."""
    lines = [_clean(line) for line in reply["traceback"]]
    if len(lines) > LINES:
        lines = [*lines[: LINES // 2], *lines[-LINES // 2 :]]
    return {"name": _clean(reply["ename"])[:LINES], "value": _clean(reply["evalue"]), "traceback": lines}


def _clean(text: Any) -> str:
    """`text` that UTF-8 can hold, and no longer than a line may be."""
    return _utf8(str(text))[:LINE]


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def main_loop(shell: Shell, channel) -> None:
    """Serve `channel` in a new event loop; an interrupt that hits between two cells is nobody's.

    Nor does anybody stop the loop: ipykernel does so a moment after `exit()`, and the notebook's tests may need the shell.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    serving = loop.create_task(shell.serve(channel))
    while not serving.done():
        try:
            loop.run_until_complete(serving)
        except (KeyboardInterrupt, SystemExit):
            continue
        except RuntimeError:
            if serving.done():
                raise


def keep_waking(loop: asyncio.AbstractEventLoop) -> None:
    """Wake `loop` now and then: the kernel's SIGINT handler leaves its work to the loop without waking it."""
    loop.call_later(LINGER, keep_waking, loop)


def ignore_interrupts() -> None:
    """SIGINT means something only while a cell runs (ipykernel's way)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def install_streams(transcript: Transcript) -> None:
    """Make the transcript's streams `sys.stdout` and `sys.stderr`."""
    sys.stdout, sys.stderr = Stream(transcript, "stdout"), Stream(transcript, "stderr")
