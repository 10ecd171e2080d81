"""`m`, `c` and `s` of the IPython view: model, controller and supervisor under the names of the Python program.

Files of the dataset are mapped into memory where they hold what the engine works with. Everything else, and every action, goes to the one
engine, so that undo, the journal and every window follow.
"""

import json
import os
import queue
import re
import struct
import sys
import threading
import traceback
from collections.abc import Iterable, Mapping
from multiprocessing.connection import Client

import numpy as np

VECTOR_PIECE = 2**18
PROTOCOL = 1
NUMBERS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
# Setting -> views that have it, default, least value.
BUDGETS = {
    "n_spikes_waveforms": (r"WaveformView", 100, 1),
    "batch_size_waveforms": (r"WaveformView", 10, 1),
    "n_spikes_features": (r"FeatureView|TemplateFeatureView", 2500, 1),
    "n_spikes_features_background": (r"FeatureView", 1000, 0),
    "n_spikes_correlograms": (r"CorrelogramView", 100_000, 1),
    "n_spikes_amplitudes": (r"AmplitudeView|Spike\w+View", 5000, 1),
}


class PhyError(Exception):
    """What phy refused, in a sentence."""


class Bunch(dict):
    """A dict whose items are attributes too."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.__dict__ = self


class Result(Bunch):
    """What an action did: `added`, `deleted`, `descendants`, `selection`, ...; shown as the sentence of the status bar."""

    def __repr__(self):
        return self.get("message") or self.get("action", "")


def decode_frame(frame):
    """The message in a frame of the engine (src/core/protocol/frame.ts)."""
    json_length, data_start = struct.unpack_from("<II", frame)
    return unpack(json.loads(bytes(frame[8 : 8 + json_length])), frame, data_start)


def unpack(value, frame, start):
    if isinstance(value, list):
        return [unpack(item, frame, start) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        if "$n" in value:
            return NUMBERS[value["$n"]]
        if "$a" in value:
            dtype, shape, offset = value["$a"]
            count = int(np.prod(shape)) if shape else 1
            return np.frombuffer(frame, dtype=np.dtype(dtype), count=count, offset=start + offset).reshape(shape)
        if "$o" in value:
            value = value["$o"]
    return {key: unpack(item, frame, start) for key, item in value.items()}


class Engine:
    """The line to the engine, and what it last said about the state."""

    def __init__(self, connection):
        self.connection = connection
        self.changed = threading.Condition()
        self.sending = threading.Lock()
        self.replies = {}
        self.waiting = set()
        self.next_id = 1
        self.welcome = None
        self.snapshot = {}
        self.rows = {}
        self.kept = {"user": {}, "dataset": {}}
        self.clustering = 0
        self.is_over = False
        self.on_update = lambda before, update: None
        threading.Thread(target=self.listen, name="phy", daemon=True).start()
        self.send({"type": "hello", "protocol": PROTOCOL})
        self.wait(lambda: self.welcome is not None)

    def send(self, message):
        with self.sending:
            self.connection.send_bytes(json.dumps(message).encode())

    def listen(self):
        try:
            while True:
                message = decode_frame(self.connection.recv_bytes())
                with self.changed:
                    self.take(message)
                    self.changed.notify_all()
        except (EOFError, OSError):
            pass
        with self.changed:
            self.is_over = True
            self.changed.notify_all()

    def take(self, message):
        kind = message["type"]
        if kind == "welcome":
            self.welcome = message
            self.kept = {scope: dict(values) for scope, values in message["kept"].items()}
            self.update(message["state"])
        elif kind == "state":
            self.update(message["update"])
        elif kind == "kept":
            self.kept[message["scope"]][message["key"]] = message["value"]
        elif kind in ("answer", "failed", "acted") and message["id"] in self.waiting:
            self.replies[message["id"]] = message

    def update(self, update):
        before = self.snapshot.get("selection")
        self.snapshot.update(update["snapshot"])
        for row in update["removedRows"]:
            self.rows.pop(row, None)
        for row in update["rows"]:
            self.rows[row["id"]] = row
        change = update["change"]
        if change is not None and (change["added"] or change["deleted"]):
            self.clustering += 1
        self.on_update(before, update)

    def wait(self, is_so):
        with self.changed:
            while not is_so():
                if self.is_over:
                    raise PhyError("phy has closed the dataset. Start it again to go on.")
                # A wait with a time limit lets Ctrl+C through on every system.
                self.changed.wait(0.5)

    def request(self, message):
        with self.changed:
            number = self.next_id
            self.next_id += 1
            self.waiting.add(number)
        try:
            self.send({**message, "id": number})
            self.wait(lambda: number in self.replies)
            return self.replies.pop(number)
        except KeyboardInterrupt:
            if message["type"] == "ask":
                self.send({"type": "cancel", "id": number})
            raise
        finally:
            self.waiting.discard(number)
            self.replies.pop(number, None)

    def ask(self, query, clusters=(), **params):
        plain_params = {name: plain(value) for name, value in params.items()}
        reply = self.request({"type": "ask", "query": query, "clusters": ids_of(clusters), "params": plain_params})
        if reply["type"] == "failed":
            raise PhyError(reply["message"])
        return reply["answer"]

    def act(self, action, args):
        reply = self.request({"type": "act", "action": action, "args": args})
        result = reply["result"]
        if not result["ok"]:
            raise PhyError(result["message"])
        return Result({**(result["change"] or {}), **{k: v for k, v in result.items() if k not in ("change", "ok")}})

    def keep(self, scope, key, value):
        self.kept[scope][key] = value
        self.send({"type": "keep", "scope": scope, "key": key, "value": value})


def plain(value):
    """NumPy values as JSON has them."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, range)):
        return [plain(item) for item in value]
    return value


def ids_of(ids):
    """Whole numbers as a list. What would name other ids than it seems to (a mask, a fraction, a text) is refused."""
    if not isinstance(ids, np.ndarray):
        ids = list(ids) if isinstance(ids, Iterable) and not isinstance(ids, (str, bytes)) else [ids]
    values = np.atleast_1d(np.asarray(ids))
    if values.ndim > 1:
        raise PhyError(f"Expected a list of whole numbers, got an array of shape {values.shape}.")
    if values.size == 0:
        return []
    if values.dtype.kind == "b":
        raise PhyError("Expected a list of whole numbers, got True and False. np.flatnonzero makes numbers of a mask.")
    if values.dtype.kind not in "iu" and not (values.dtype.kind == "f" and np.all(values == np.floor(values))):
        raise PhyError(f"Expected whole numbers, got {', '.join(map(repr, values[:3].tolist()))}.")
    return values.astype(np.int64).tolist()


def fixed(array):
    """The same array, read-only: it is what every later question gets too."""
    array.flags.writeable = False
    return array


class Traces:
    """The raw data, [sample][channel], float32 in raw units: read by slicing, `m.traces[:1000, [3, 5]]`."""

    ndim = 2
    dtype = np.dtype(np.float32)

    def __init__(self, engine, n_samples, n_channels):
        self._engine = engine
        self.shape = (n_samples, n_channels)

    def __len__(self):
        return self.shape[0]

    def __repr__(self):
        return f"<Traces: {self.shape[0]:,} samples, {self.shape[1]} channels>"

    def __getitem__(self, item):
        rows, *columns = item if isinstance(item, tuple) else (item,)
        if len(columns) > 1:
            raise IndexError("traces have two dimensions: samples and channels")
        channels = np.arange(self.shape[1])[columns[0] if columns else slice(None)]
        wanted = np.atleast_1d(channels)
        if isinstance(rows, slice):
            start, stop, step = rows.indices(self.shape[0])
            if step > 0:
                values = self._read(start, max(start, stop), wanted)[::step]
            else:
                values = self._read(stop + 1, max(stop, start) + 1, wanted)[::-1][::-step]
        else:
            places = np.arange(self.shape[0])[rows] if np.ndim(rows) else np.array([range(self.shape[0])[rows]])
            first = int(places.min()) if len(places) else 0
            values = self._read(first, int(places.max()) + 1 if len(places) else 0, wanted)[places - first]
            values = values if np.ndim(rows) else values[0]
        return values if np.ndim(channels) else values[..., 0]

    def _read(self, start, end, channels):
        return self._engine.ask("scriptTraces", start=int(start), end=int(end), channels=ids_of(channels))["values"]


class Model:
    """The dataset: vectors over all spikes, features, waveforms, templates."""

    def __init__(self, engine):
        self._engine = engine
        self._cache = {}
        welcome = engine.welcome
        dataset = welcome["dataset"]
        self._facts = engine.ask("scriptModel")
        self._files = {note["name"]: note["status"] for note in welcome["report"]["files"]}
        self.name = dataset["name"]
        self.dir_path = dataset["folder"]
        self.sample_rate = dataset["sampleRate"]
        self.duration = dataset["durationSeconds"]
        self.n_spikes = dataset["spikeCount"]
        self.n_channels = dataset["channelCount"]
        self.n_templates = dataset["templateCount"]
        self.n_samples_waveforms = self._facts["sampleCount"]
        self.channel_mapping = self._facts["channelMapping"]
        self.channel_positions = self._facts["channelPositions"]
        self.channel_shanks = self._facts["channelShanks"]
        self.channel_probes = self._facts["channelProbes"]
        self.channel_labels = dataset["channelLabels"]
        self.metadata_fields = self._facts["metadataFields"]
        n_samples = round(self.duration * self.sample_rate)
        self.traces = Traces(engine, n_samples, self.n_channels) if dataset["has"]["traces"] else None

    def __repr__(self):
        return f"<Model {self.name}: {self.n_spikes:,} spikes, {self.n_channels} channels, {self.n_templates} templates>"

    def describe(self):
        """Prints what there is."""
        facts = {
            "Data folder": self.dir_path,
            "Number of spikes": f"{self.n_spikes:,}",
            "Number of clusters": self.n_clusters,
            "Number of templates": self.n_templates,
            "Number of channels": self.n_channels,
            "Duration": f"{self.duration:.1f} s",
            "Sample rate": f"{self.sample_rate:g} Hz",
            "Labels": ", ".join(self.metadata_fields) or "none",
            "Spike attributes": ", ".join(self.spike_attributes) or "none",
        }
        for name, value in facts.items():
            print(f"{name:<22}{value}")

    def _mapped(self, name, ndim=None):
        """A file of the dataset mapped into memory, None when the engine does not use it as it is."""
        path = os.path.join(self.dir_path, name)
        if self._files.get(name) != "read" or not os.path.exists(path):
            return None
        try:
            array = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError):
            return None
        if ndim == 1:
            array = array.reshape(-1)
        return array

    def _vector(self, name):
        """All values of a vector over the spikes, in pieces."""
        pieces = []
        done = 0
        while done < self.n_spikes:
            piece = self._engine.ask("scriptSpikes", vector=name, start=done)["values"]
            pieces.append(piece)
            done += len(piece)
        return np.concatenate(pieces) if pieces else np.empty(0)

    def _kept(self, name, make):
        if name not in self._cache:
            self._cache[name] = fixed(make())
        return self._cache[name]

    def _spike_file(self, name, file, kind):
        array = self._mapped(file, 1)
        if array is not None and len(array) == self.n_spikes and array.dtype.kind in kind:
            return array
        return self._vector(name)

    @property
    def spike_samples(self):
        return self._kept("samples", lambda: self._spike_file("spike_samples", "spike_times.npy", "iu"))

    @property
    def spike_times(self):
        """Seconds."""
        return self._kept("times", lambda: np.asarray(self.spike_samples) / self.sample_rate)

    @property
    def spike_clusters(self):
        """The cluster of each spike now."""
        revision = self._engine.clustering
        if self._cache.get("clusters of") != revision:
            self._cache["clusters"] = fixed(self._vector("spike_clusters"))
            self._cache["clusters of"] = revision
        return self._cache["clusters"]

    @property
    def spike_templates(self):
        return self._kept("templates", lambda: self._spike_file("spike_templates", "spike_templates.npy", "iu"))

    @property
    def amplitudes(self):
        return self._kept("amplitudes", lambda: self._spike_file("amplitudes", "amplitudes.npy", "f"))

    @property
    def similar_templates(self):
        return self._mapped("similar_templates.npy")

    @property
    def templates(self):
        """templates.npy as it is on the disk; `get_template` gives a template unwhitened."""
        return self._mapped("templates.npy")

    @property
    def features(self):
        """pc_features.npy as it is on the disk; `get_features` gives rows by spike and channel."""
        return self._mapped("pc_features.npy")

    @property
    def template_features(self):
        return self._mapped("template_features.npy")

    @property
    def wm(self):
        """The whitening matrix as it is on the disk."""
        return self._mapped("whitening_mat.npy")

    @property
    def wmi(self):
        return self._mapped("whitening_mat_inv.npy")

    @property
    def spike_attributes(self):
        """Arrays of the files spike_<name>.npy of one's own, by name."""
        own = ("times", "clusters", "templates", "times_reordered")
        names = [name[len("spike_") : -len(".npy")] for name in self._files if re.fullmatch(r"spike_\w+\.npy", name)]
        arrays = {name: self._mapped(f"spike_{name}.npy") for name in names if name not in own}
        return Bunch({name: array for name, array in arrays.items() if array is not None})

    @property
    def probes(self):
        return np.unique(self.channel_probes)

    @property
    def cluster_ids(self):
        return np.unique(self.spike_clusters)

    @property
    def template_ids(self):
        return np.unique(self.spike_templates)

    @property
    def n_clusters(self):
        return len(self._engine.rows)

    @property
    def metadata(self):
        fields = ["group", *self.metadata_fields]
        return {field: Metadata(self._engine).to_dict(field) for field in fields}

    def get_metadata(self, name):
        """Label of each cluster that has one, {cluster id: value}."""
        return Metadata(self._engine).to_dict(name)

    def save_metadata(self, name, values):
        """Labels clusters, {cluster id: value}: one action for each value, undone as any other. `s.save()` writes cluster_<name>.tsv."""
        groups = {}
        for cluster, value in values.items():
            groups.setdefault(plain(value), []).append(int(cluster))
        for value, ids in groups.items():
            self._engine.act("label", {"name": name, "value": value, "ids": ids})

    def get_template(self, template_id):
        """Unwhitened, best channel first: `template` [sample][channel], `channel_ids`, `amplitude`, `best_channel`."""
        return template_of(self._engine.ask("scriptTemplate", template=int(template_id)))

    def get_template_waveforms(self, template_id):
        """[sample][channel], or None."""
        template = self.get_template(template_id)
        return None if template is None else template.template

    def get_template_counts(self, cluster_id):
        """[template]: how many spikes of the cluster it found."""
        templates = np.asarray(self.spike_templates[self.get_cluster_spikes(cluster_id)], dtype=np.int64)
        return np.bincount(templates, minlength=self.n_templates)

    def get_features(self, spike_ids, channel_ids=None):
        """float32 [spike][channel][pc]; NaN where nothing is stored."""
        return self._table("scriptFeatures", spike_ids, channel_ids)

    def get_waveforms(self, spike_ids, channel_ids=None):
        """float32 [spike][sample][channel], raw units, unfiltered."""
        return self._table("scriptWaveforms", spike_ids, channel_ids)

    def get_template_features(self, spike_ids):
        """float64 [spike][template]."""
        return self._engine.ask("scriptTemplateFeatures", spikes=ids_of(spike_ids))["values"]

    def get_traces(self, start, end, channel_ids=None):
        """float32 [sample][channel] of samples start to end, raw units."""
        channels = None if channel_ids is None else ids_of(channel_ids)
        return self._engine.ask("scriptTraces", start=int(start), end=int(end), channels=channels)["values"]

    def _table(self, query, spike_ids, channel_ids):
        channels = None if channel_ids is None else ids_of(channel_ids)
        return self._engine.ask(query, spikes=ids_of(spike_ids), channels=channels)["values"]

    def get_template_spikes(self, template_id):
        return self._engine.ask("scriptTemplateSpikes", template=int(template_id))["spikeIds"]

    def get_cluster_spikes(self, cluster_id):
        return self._engine.ask("scriptClusterSpikes", [cluster_id])["spikeIds"]

    def get_template_channels(self, template_id):
        template = self.get_template(template_id)
        return np.empty(0, dtype=np.int32) if template is None else template.channel_ids

    def get_cluster_channels(self, cluster_id):
        return self._engine.ask("scriptClusterChannels", [cluster_id])["channelIds"]


def template_of(found):
    if "channelIds" not in found:
        return None
    channel_ids = found["channelIds"]
    facts = {"template": found["waveform"], "channel_ids": channel_ids, "amplitude": found["amplitudes"]}
    return Bunch(best_channel=int(channel_ids[0]), **facts)


class SpikesPerCluster(Mapping):
    """cluster id -> its spikes, ascending; asked for one at a time."""

    def __init__(self, engine):
        self._engine = engine

    def __getitem__(self, cluster_id):
        if cluster_id not in self._engine.rows:
            raise KeyError(cluster_id)
        return self._engine.ask("scriptClusterSpikes", [cluster_id])["spikeIds"]

    def __iter__(self):
        return iter(sorted(self._engine.rows))

    def __len__(self):
        return len(self._engine.rows)

    def __repr__(self):
        return f"<spikes of {len(self)} clusters>"


class Clustering:
    def __init__(self, engine, model):
        self._engine = engine
        self._model = model
        self.spikes_per_cluster = SpikesPerCluster(engine)

    @property
    def cluster_ids(self):
        return np.array(sorted(self._engine.rows), dtype=np.int64)

    @property
    def n_clusters(self):
        return len(self._engine.rows)

    @property
    def n_spikes(self):
        return self._model.n_spikes

    @property
    def spike_ids(self):
        return np.arange(self._model.n_spikes)

    @property
    def cluster_counts(self):
        return {cluster: row["n_spikes"] for cluster, row in sorted(self._engine.rows.items())}

    @property
    def spike_clusters(self):
        return self._model.spike_clusters

    def new_cluster_id(self):
        return self._engine.snapshot["newClusterId"]

    def spikes_in_clusters(self, cluster_ids):
        return np.sort(self._engine.ask("scriptClusterSpikes", cluster_ids)["spikeIds"])

    def __repr__(self):
        return f"<Clustering: {self.n_clusters} clusters>"


class Metadata:
    def __init__(self, engine):
        self._engine = engine

    @property
    def fields(self):
        known = {"id", "is_masked", "ch", "sh", "depth", "fr", "amp", "n_spikes"}
        return ["group", *(column for column in self._engine.snapshot["columns"] if column not in known)]

    def get(self, field, cluster_id):
        return self._engine.rows.get(cluster_id, {}).get(field)

    def to_dict(self, field):
        found = {cluster: row.get(field) for cluster, row in sorted(self._engine.rows.items())}
        return {cluster: value for cluster, value in found.items() if value is not None}

    def __repr__(self):
        return f"<labels: {', '.join(self.fields)}>"


class Actions:
    """Any action by its name: `s.actions.next()`, `s.actions.sort('depth', 'asc')`."""

    def __init__(self, engine, names):
        self._engine = engine
        self._names = names

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)

        def action(*args, **kwargs):
            return self._engine.act(name, plain(kwargs) if kwargs else plain(args))

        action.__name__ = name
        return action

    def __dir__(self):
        return self._names

    def __repr__(self):
        return f"<Actions: {', '.join(self._names)}>"


class Supervisor:
    """The curation: what is selected, the clusters, the actions. Every method that acts raises PhyError when phy refuses."""

    def __init__(self, engine, model):
        self._engine = engine
        self.clustering = Clustering(engine, model)
        self.cluster_meta = Metadata(engine)
        added = [action["name"] for action in engine.snapshot.get("actions", [])]
        self.actions = Actions(engine, sorted([*ACTION_NAMES, *added]))
        self.select_actions = self.actions

    def __getattr__(self, name):
        """Every action is a method too: `s.next()`, `s.reset_wizard()`."""
        if name.startswith("_") or name not in dir(self.actions):
            raise AttributeError(f"The supervisor has no {name}.")
        return getattr(self.actions, name)

    def __dir__(self):
        return [*super().__dir__(), *dir(self.actions)]

    def __repr__(self):
        return f"<Supervisor: {len(self._engine.rows)} clusters, selected {self.selected}>"

    @property
    def selected_clusters(self):
        return list(self._engine.snapshot["selection"]["clusters"])

    @property
    def selected_similar(self):
        return list(self._engine.snapshot["selection"]["similar"])

    @property
    def selected(self):
        return list(dict.fromkeys([*self.selected_clusters, *self.selected_similar]))

    @property
    def columns(self):
        return list(self._engine.snapshot["columns"])

    @property
    def fields(self):
        return self.cluster_meta.fields[1:]

    @property
    def shown_cluster_ids(self):
        return list(self._engine.snapshot["clusterTable"]["shown"])

    @property
    def cluster_info(self):
        return [Bunch(row) for _, row in sorted(self._engine.rows.items())]

    def get_cluster_info(self, cluster_id):
        return Bunch(self._engine.rows[cluster_id])

    def get_labels(self, field):
        return {cluster: row.get(field) for cluster, row in sorted(self._engine.rows.items())}

    def n_spikes(self, cluster_id):
        return self._engine.rows[cluster_id]["n_spikes"]

    def is_dirty(self):
        return self._engine.snapshot["dirty"]

    def select(self, *cluster_ids):
        ids = [one for some in cluster_ids for one in ids_of(some)]
        return self._engine.act("select", {"ids": ids})

    def merge(self, cluster_ids=None, to=None):
        args = {}
        if cluster_ids is not None:
            args["ids"] = ids_of(cluster_ids)
        if to is not None:
            args["to"] = int(to)
        return self._engine.act("merge", args)

    def split(self, spike_ids, spike_clusters_rel=None):
        args = {"spikes": ids_of(spike_ids)}
        if spike_clusters_rel is not None and np.ndim(spike_clusters_rel) > 0:
            args["labels"] = ids_of(spike_clusters_rel)
        return self._engine.act("split", args)

    def label(self, name, value, cluster_ids=None):
        args = {"name": name, "value": plain(value)}
        if cluster_ids is not None:
            args["ids"] = ids_of(cluster_ids)
        return self._engine.act("label", args)

    def move(self, group, which="best"):
        return self._engine.act("move", {"group": group, "which": which if isinstance(which, str) else ids_of(which)})

    def filter(self, text):
        return self._engine.act("filter", {"text": text})

    def sort(self, name, sort_dir="desc"):
        return self._engine.act("sort", [name, sort_dir])

    def undo(self):
        return self._engine.act("undo", [])

    def redo(self):
        return self._engine.act("redo", [])

    def save(self, over=False):
        """Writes clusters, groups and labels; `over`: also over files that another program changed meanwhile."""
        return self._engine.act("save", ["over"] if over else [])


def evenly(spikes, most):
    """At most so many of the spikes, evenly chosen; all when `most` is None."""
    if most is None or most >= len(spikes):
        return spikes
    return spikes[np.arange(most) * (len(spikes) - 1) // max(1, most - 1)]


class Controller:
    """Model, supervisor, and the limits that views sample spikes by: set one, and every open view follows."""

    def __init__(self, engine, model, supervisor):
        self._engine = engine
        self.model = model
        self.supervisor = supervisor

    def __repr__(self):
        return f"<Controller {self.model.name}>"

    def get_best_channels(self, cluster_id):
        return self.model.get_cluster_channels(cluster_id)

    def get_best_channel(self, cluster_id):
        return int(self.get_best_channels(cluster_id)[0])

    def __setattr__(self, name, value):
        # A name that was mistyped must not be taken for a limit that was set.
        if not name.startswith("_") and name not in ("model", "supervisor") and not hasattr(type(self), name):
            raise AttributeError(f"{name} of the controller does not exist. It sets {', '.join(BUDGETS)}.")
        super().__setattr__(name, value)

    @property
    def selection(self):
        return Bunch(cluster_ids=self.supervisor.selected)

    def get_best_channel_label(self, cluster_id):
        return self._engine.rows[cluster_id].get("ch")

    def get_channel_amplitudes(self, cluster_id):
        """Channels of the cluster's template, and its peak-to-peak amplitude on each, decreasing."""
        template = template_of(self._engine.ask("scriptClusterTemplate", [cluster_id]))
        return (np.empty(0, int), np.empty(0)) if template is None else (template.channel_ids, template.amplitude)

    def get_spike_ids(self, cluster_id, n=None):
        """All spikes, or n of them, evenly chosen."""
        return evenly(self.model.get_cluster_spikes(cluster_id), n)

    def get_spike_times(self, cluster_id, n=None):
        return np.asarray(self.model.spike_samples[self.get_spike_ids(cluster_id, n)]) / self.model.sample_rate

    def get_background_spike_ids(self, n=None):
        """n spikes of the whole recording, evenly chosen; as many as the feature view shows unless stated."""
        return evenly(np.arange(self.model.n_spikes), self.n_spikes_features_background if n is None else n)

    def get_waveforms(self, cluster_id, kind="waveforms"):
        """What the waveform view draws of a cluster, high-pass filtered: `data` [spike][sample][channel], and its channels."""
        limits = {"spikesPerCluster": self.n_spikes_waveforms, "batches": self.batch_size_waveforms}
        found = self._engine.ask("waveform", [cluster_id], type=kind, **limits)
        (cluster,) = found["clusters"]
        channel_ids = cluster["channelIds"]
        places = {int(channel): place for place, channel in enumerate(found["channelIds"])}
        return Bunch(
            data=cluster["waveforms"],
            channel_ids=channel_ids,
            channel_labels=[found["channelLabels"][places[int(channel)]] for channel in channel_ids],
            channel_positions=self.model.channel_positions[channel_ids],
            spike_ids=cluster["spikeIds"],
        )

    def get_mean_waveforms(self, cluster_id):
        """`data` [1][sample][channel]"""
        return self.get_waveforms(cluster_id, "mean_waveforms")

    def get_template_waveforms(self, cluster_id):
        """`data` [template][sample][channel]"""
        return self.get_waveforms(cluster_id, "templates")

    def get_features(self, cluster_id, channel_ids=None, load_all=False):
        """`data` [spike][channel][pc] of as many spikes as the feature view shows, or of all."""
        spike_ids = self.get_spike_ids(cluster_id, None if load_all else self.n_spikes_features)
        channel_ids = self.get_best_channels(cluster_id) if channel_ids is None else np.asarray(ids_of(channel_ids))
        data = self.model.get_features(spike_ids, channel_ids)
        return Bunch(data=data, spike_ids=spike_ids, channel_ids=channel_ids)

    def get_amplitudes(self, cluster_ids, name="template", load_all=False):
        """What the amplitude view draws of each cluster: `spike_ids`, `spike_times` and `amplitudes`."""
        most = max(1, self.model.n_spikes) if load_all else self.n_spikes_amplitudes
        found = self._engine.ask("amplitude", cluster_ids, type=name, spikesPerCluster=most)
        return [
            Bunch(spike_ids=each["spikeIds"], spike_times=each["times"], amplitudes=each["amplitudes"])
            for each in found["clusters"]
        ]

    # Names of the Python program.
    _get_waveforms = get_waveforms
    _get_mean_waveforms = get_mean_waveforms
    _get_template_waveforms = get_template_waveforms
    _get_features = get_features
    _amplitude_getter = get_amplitudes

    def get_mean_firing_rate(self, cluster_id):
        return self._engine.rows[cluster_id]["fr"]

    def get_probe_depth(self, cluster_id):
        return self._engine.rows[cluster_id]["depth"]

    def get_cluster_amplitude(self, cluster_id):
        return self._engine.rows[cluster_id].get("amp")

    def get_template_for_cluster(self, cluster_id):
        templates = self.model.spike_templates[self.get_spike_ids(cluster_id)]
        return int(np.argmax(np.bincount(np.asarray(templates, dtype=np.int64))))

    def similarity(self, cluster_id):
        """[(id, similarity)], decreasing, the cluster itself left out."""
        found = self._engine.ask("similarity", [cluster_id])
        return [(int(other), float(value)) for other, value in zip(found["clusterIds"], found["similarity"])]

    def query(self, name, cluster_ids=None, **params):
        """The answer of a view: `c.query('correlogram', [2, 24])`. The selected clusters unless some are given."""
        clusters = self.supervisor.selected if cluster_ids is None else cluster_ids
        return self._engine.ask(name, clusters, **params)


def views_with(engine, pattern):
    """Ids of the views that a budget belongs to: the plain name of each, and every copy in the window or kept from before."""
    known = json.dumps([engine.kept["user"].get("layout"), list(engine.kept["user"])])
    found = re.findall(rf'"((?:{pattern})(?: \(\d+\))?)"', known)
    return sorted({*found, *(name for name in pattern.split("|") if name.isidentifier())})


def budget(name, pattern, default, least):
    def read(self):
        for view in views_with(self._engine, pattern):
            kept = self._engine.kept["user"].get(view)
            if isinstance(kept, dict) and name in kept:
                return kept[name]
        return default

    def write(self, value):
        if value is not None and (int(value) != value or value < least):
            raise PhyError(f"{name} is {value}, expected a whole number of {least} or more.")
        for view in views_with(self._engine, pattern):
            kept = self._engine.kept["user"].get(view)
            before = kept if isinstance(kept, dict) else {}
            self._engine.keep("user", view, {**before, name: None if value is None else int(value)})

    return property(read, write)


for _name, _given in BUDGETS.items():
    setattr(Controller, _name, budget(_name, *_given))

ACTION_NAMES = sorted(
    "clear_filter filter first label last merge move next next_best previous previous_best redo reset_wizard save select "
    "select_first_similar select_more select_n_similar select_similar skip_noise_and_mua sort split split_init undo "
    "unselect_similar".split()
)


class Events:
    """`connect`, `unconnect` and `emit` under the names of the Python program. Functions are called one after the other in a thread of their own."""

    def __init__(self, engine, supervisor):
        self.supervisor = supervisor
        self.connected = []
        self.happened = queue.SimpleQueue()
        engine.on_update = self.follow
        threading.Thread(target=self.run, name="phy events", daemon=True).start()

    def connect(self, function=None, event=None, sender=None, last=False):
        """Calls `function(sender, ...)` at every `event` (`select`, `cluster`, `save_clustering`, or one of your own); its name without `on_` unless stated."""
        if function is None:
            return lambda given: self.connect(given, event=event, sender=sender, last=last)
        name = event or function.__name__.removeprefix("on_")
        self.connected.append((last, name, sender, function))
        return function

    def unconnect(self, *functions):
        self.connected = [each for each in self.connected if each[3] not in functions]

    def emit(self, event, sender, *args, **kwargs):
        """Calls what is connected to an event at once; a list of what it returned. `select` and `cluster` are said by phy."""
        single = kwargs.pop("single", False)
        results = []
        for _, name, wanted, function in sorted(self.connected, key=lambda each: each[0]):
            if name == event and (wanted is None or wanted is sender):
                results.append(function(sender, *args, **kwargs))
                if single:
                    return results[0]
        return results

    def follow(self, before, update):
        change = update["change"]
        if change is not None and change["description"] is not None:
            self.happened.put(("cluster", [Result(change)]))
        if change is not None and change["action"] == "save":
            self.happened.put(("save_clustering", []))
        now = update["snapshot"].get("selection", before)
        if before is not None and before != now:
            self.happened.put(("select", [list(dict.fromkeys([*now["clusters"], *now["similar"]]))]))

    def run(self):
        while True:
            event, args = self.happened.get()
            try:
                self.emit(event, self.supervisor, *args)
            except Exception:
                # One that fails must not keep others from hearing the next event.
                traceback.print_exc(file=sys.stderr)


class Gui:
    """Settings and actions of the window. Its panels belong to the window: plugins add views (docs/guide/plugins.md)."""

    def __init__(self, engine, supervisor):
        self._engine = engine
        self.actions = self.edit_actions = self.select_actions = supervisor.actions

    @property
    def state(self):
        return Bunch(self._engine.kept["user"])

    def __repr__(self):
        return "<GUI>"


def plugin_names(engine):
    """Names that plugins give to code, by name. One that fails is said and left out."""
    names = {}
    for plugin in engine.welcome["plugins"]["plugins"]:
        if not plugin["declaration"]["hears"]["names"]:
            continue
        try:
            names.update(engine.ask(f"names_{plugin['declaration']['name']}"))
        except PhyError as error:
            print(error, file=sys.stderr)
    return names


class LazyPyplot:
    """matplotlib.pyplot, imported when it is first used: most sessions begin without a figure."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        import matplotlib.pyplot

        SHELL.push({"plt": matplotlib.pyplot}, interactive=False)
        return getattr(matplotlib.pyplot, name)

    def __dir__(self):
        import matplotlib.pyplot

        return dir(matplotlib.pyplot)


SHELL = None


def start(shell):
    """Joins the engine and puts `m`, `c`, `s` and their long names into the user's namespace."""
    global SHELL
    SHELL = shell
    address, family = os.environ.pop("PHY_KERNEL_ADDRESS"), os.environ.pop("PHY_KERNEL_FAMILY")
    key = bytes.fromhex(os.environ.pop("PHY_KERNEL_KEY"))
    engine = Engine(Client(address, family=family, authkey=key))
    model = Model(engine)
    supervisor = Supervisor(engine, model)
    controller = Controller(engine, model, supervisor)
    names = {"m": model, "c": controller, "s": supervisor, "np": np, "plt": LazyPyplot()}
    names.update(model=model, controller=controller, supervisor=supervisor, PhyError=PhyError)
    events = Events(engine, supervisor)
    names.update(connect=events.connect, unconnect=events.unconnect, emit=events.emit)
    names.update(gui=Gui(engine, supervisor))
    names = {**plugin_names(engine), **names}
    shell.push(names, interactive=False)
