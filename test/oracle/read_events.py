"""What TensorBoard's own readers find in the event files of runs.

    python test/oracle/read_events.py runs/NAME/tensorboard …

Prints a JSON object for each folder: its file names, the number of records, and per tag the steps, the values and whether wall times
only increase. Both readers have to agree: the loader of single records, which checks every CRC, and the accumulator behind the page.

Needs tensorboard.
"""

import json
import sys
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader


def records(folder):
    return [event for path in sorted(folder.glob("*tfevents*")) for event in LegacyEventFileLoader(str(path)).Load()]


def by_tag(events):
    tags = {}
    for event in events:
        for value in event.summary.value:
            tags.setdefault(value.tag, []).append((event.wall_time, event.step, value.simple_value))
    return tags


def accumulated(folder):
    accumulator = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    accumulator.Reload()
    return {
        tag: [(scalar.wall_time, scalar.step, scalar.value) for scalar in accumulator.Scalars(tag)]
        for tag in accumulator.Tags()["scalars"]
    }


for name in sys.argv[1:]:
    folder = Path(name)
    events = records(folder)
    tags = by_tag(events)
    assert events[0].file_version == "brain.Event:2", events[0]
    assert accumulated(folder) == tags, "the two readers disagree"
    scalars = {
        tag: {
            "steps": [step for _, step, _ in rows],
            "values": [value for _, _, value in rows],
            "times increase": all(a[0] <= b[0] for a, b in zip(rows, rows[1:])),
        }
        for tag, rows in tags.items()
    }
    files = sorted(path.name for path in folder.iterdir())
    print(json.dumps({"folder": name, "files": files, "records": len(events), "scalars": scalars}))
