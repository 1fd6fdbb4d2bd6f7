"""What Keyward must reach, and whether it did: the rows that the measurements fill in."""

import statistics


def median(results, name):
    return statistics.median(result[name] for result in results)


def paired(results, other, name="rate"):
    """The median, and the quartiles, of the ratios within each round."""
    ratios = sorted(a[name] / b[name] for a, b in zip(results, other))
    return statistics.median(ratios), ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]


def spread(ratio, digits=2):
    middle, low, high = ratio
    return f"{middle:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


class Bars:
    """The rows of the summary, in the order in which they were measured."""

    def __init__(self):
        self.rows = []

    def at_least(self, what, bar, ratio, unit, beside=""):
        self.add(what, f"≥ {bar:g} {unit}", spread(ratio), ratio[0] >= bar, beside)

    def at_most(self, what, bar, ratio, unit, beside=""):
        self.add(what, f"≤ {bar:g} {unit}", spread(ratio), ratio[0] <= bar, beside)

    def add(self, what, bar, measured, is_met, beside=""):
        self.rows.append(f"| {what} | {bar} | {measured} | {'yes' if is_met else '**no**'} | {beside} |")

    def table(self):
        head = ["| what | bar | measured (quartiles) | met | beside it |", "|---|---|--:|---|---|"]
        return "\n".join(head + self.rows)
