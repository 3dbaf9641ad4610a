"""What the reference implementations say of the losses of SequentialReplayIT.

    python expected.py PAGE_HINKLEY > expected.json

needs river (ADWIN, DDM), bayesian-changepoint-detection (BOCPD) and, as PAGE_HINKLEY, the file
river/drift/page_hinkley.py of river at 063ca61d: later releases have another, two-sided rule.
The stream is that of the test: the same generator of numbers, the same rows, in the order of time,
then of ids.
"""

import importlib.metadata
import json
import statistics
import sys
import types
from functools import partial

import numpy as np
from bayesian_changepoint_detection import online_changepoint_detection as bocpd
from river import drift

HOURS, AN_HOUR, CHANGE, REFERENCE = 8, 300, 5 * 300 + 150, 2000
EIGHTHS = (1, 2, 6, 7)


class Numbers:
    """A linear congruential generator modulo 2^64 (Knuth, MMIX), of which 31 bits are used."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % bound


def losses(seed, rows, change, every):
    """The hour and the loss of each outcome that has one; of every row, if asked for."""
    numbers = Numbers(seed)
    drawn = []
    for i in range(rows):
        eighths = EIGHTHS[numbers.below(4)]
        heads = numbers.below(8) < eighths
        for bound in (20 if i < change else 30, 2, 50, 600):  # the interval, and when it is known
            numbers.below(bound)
        positive = heads if i < change else not heads
        loss = (eighths / 8 - positive) ** 2
        labelled = every or i % 37 != 11 and i % 31 != 5
        drawn.append((i // 2, str(99999 - i), i // AN_HOUR, loss, labelled))
    return [(hour, loss) for _, _, hour, loss, labelled in sorted(drawn) if labelled]


def page_hinkley(file):
    """The class in the file, which asks the package for nothing but an empty base."""

    class DriftDetector:
        def __init__(self):
            self._reset()

        def _reset(self):
            self._drift_detected = False

        @property
        def drift_detected(self):
            return self._drift_detected

    base = types.ModuleType("river.base")
    base.DriftDetector = DriftDetector
    sys.modules["river.base"] = base
    scope = {"__name__": "page_hinkley"}
    exec(open(file).read(), scope)
    return scope["PageHinkley"]


def changes(detector, values):
    found = []
    for i, value in enumerate(values):
        detector.update(value)
        if detector.drift_detected:
            found.append(i)
    return found


def run_lengths(stream, reference, hazard):
    mean, deviation = statistics.mean(reference), statistics.stdev(reference)
    values = np.array([(loss - mean) / deviation for _, loss in stream])
    likelihood = bocpd.StudentT(0.1, 0.01, 1, 0)
    R, _ = bocpd.online_changepoint_detection(
        values, partial(bocpd.constant_hazard, 1 / hazard), likelihood
    )
    ends = [sum(hour <= last for hour, _ in stream) for last in range(HOURS)]
    return [int(R[: end + 1, end].argmax()) for end in ends]


def found(stream, reference, adwin, page_hinkley, ddm, hazard):
    values = [loss for _, loss in stream]
    return {
        "outcomes": len(values),
        "sum_of_losses": sum(values),
        "adwin": changes(adwin, values),
        "page_hinkley": changes(page_hinkley, values),
        "ddm": changes(ddm, [loss > 0.25 for loss in values]),
        "bocpd": run_lengths(stream, reference, hazard),
    }


def main():
    PageHinkley = page_hinkley(sys.argv[1])
    stream = losses(2, HOURS * AN_HOUR, CHANGE, False)
    every = losses(2, HOURS * AN_HOUR, CHANGE, True)
    reference = [loss for _, loss in losses(1, REFERENCE, REFERENCE, True)]
    packages = ("river", "bayesian-changepoint-detection")
    ADWIN, DDM = drift.ADWIN, drift.binary.DDM
    said = {
        "made_by": [p + " " + importlib.metadata.version(p) for p in packages]
        + ["river page_hinkley.py @063ca61d"],
        "sum_of_reference": sum(reference),
        "usual": found(stream, reference, ADWIN(), PageHinkley(), DDM(), 0.004),
        "other": found(
            stream,
            reference,
            ADWIN(delta=0.05),
            PageHinkley(delta=0.01, threshold=20),
            DDM(warning_threshold=1.5, drift_threshold=2.5),
            0.01,
        ),
        "negative": found(every, reference, ADWIN(), PageHinkley(), DDM(), 0.004),
    }
    json.dump(said, sys.stdout, indent=1)
    print()


main()
