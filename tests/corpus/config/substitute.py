def substitute(template: str, variables: dict[str, str]) -> str:
    """Replace `${name}`; unknown names stay."""
    text = ""
    i = 0
    while i < len(template):
        if template[i : i + 2] == "${":
            end = template.find("}", i)
            if end == -1:
                text += template[i:]
                break
            name = template[i + 2 : end]
            text += variables[name] if name in variables.keys() else template[i : end + 1]
            i = end + 1
        else:
            text += template[i]
            i += 1
    return text


# ---- Velox does not see what follows ----
import random

ENTRY = "substitute"
EXPECT = "improve"
WHY = "All variables are replaced in the whole text one after another."
BENCH = 1500


def gen(n):
    return ("".join(random.choice(["some text ", "${a}", "${b}", "${zz}"]) for _ in range(n)), {"a": "1", "b": "two"})


EDGES = [("", {}), ("${", {}), ("$${a}", {"a": "x"}), ("${}", {"": "e"})]
