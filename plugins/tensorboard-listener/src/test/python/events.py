"""Writes resources/tensorboard.events: what dafl's event files hold, written by TensorBoard's own protos and record
writer, for EventFileTest.

Needs tensorboard (2.21 wrote the file; no TensorFlow).
"""

import struct
from pathlib import Path

from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d"
)

Value = summary_pb2.Summary.Value


def summary(wall_time, step, *values):
    return event_pb2.Event(wall_time=wall_time, step=step, summary=summary_pb2.Summary(value=values))


EVENTS = [
    event_pb2.Event(wall_time=1.5, file_version="brain.Event:2"),
    event_pb2.Event(wall_time=1.5, step=7, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START)),
    summary(
        2.25,
        8,
        Value(tag="loss/one-hot", simple_value=0.5),
        Value(tag="rate/student", simple_value=float("nan")),
    ),
    summary(
        2.5,
        9,
        Value(
            tag="generated",
            image=summary_pb2.Summary.Image(height=2, width=3, colorspace=3, encoded_image_string=PNG),
        ),
    ),
    summary(
        2.75,
        10,
        Value(
            tag="result",
            tensor=tensor_pb2.TensorProto(
                dtype=types_pb2.DT_STRING,
                tensor_shape=tensor_shape_pb2.TensorShapeProto(),
                string_val=["größer | 1".encode()],
            ),
            metadata=summary_pb2.SummaryMetadata(
                plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name="text")
            ),
        ),
    ),
]

path = Path(__file__).parent.parent / "resources/tensorboard.events"
path.parent.mkdir(exist_ok=True)
with path.open("wb") as file:
    writer = RecordWriter(file)
    for event in EVENTS:
        writer.write(event.SerializeToString(deterministic=True))
print(path.stat().st_size, "bytes")
