def ask_all(questions: list[str], log: list[str]) -> list[str]:
    """Answer each question; the log gets every question that is asked, repeated ones too."""
    answers = []
    for question in questions:
        log.append(question)
        answer = question.strip("?")
        if answer not in answers:
            answers.append(answer)
    return answers


# ---- Velox does not see what follows ----
import random

ENTRY = "ask_all"
EXPECT = "trap"
WHY = "The callback writes down what it was asked: a set changes the order and the number of calls."
BENCH = 500


def gen(n):
    return ([f"q{random.randrange(n + 1)}?" for _ in range(n)], [])


EDGES = [([], []), (["a?", "a?"], ["old"])]
TEMPTING = """
def ask_all(questions, log):
    unique = list(dict.fromkeys(questions))
    log.extend(unique)
    return list(dict.fromkeys(q.strip("?") for q in unique))
"""
