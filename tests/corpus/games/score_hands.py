def score_hands(hands):
    """Blackjack points of each hand; an ace counts 11 while that does not go over 21."""
    ranks = ["2", "3", "4", "5", "6", "7", "8", "9", "10"]
    scores = []
    for hand in hands:
        total = 0
        aces = 0
        for card in hand:
            if card in ranks:
                total += int(card)
            elif card in ["J", "Q", "K"]:
                total += 10
            elif card == "A":
                total += 11
                aces += 1
        while total > 21 and aces > 0:
            total -= 10
            aces -= 1
        scores.append(total)
    return scores


# ---- Velox does not see what follows ----
import random

ENTRY = "score_hands"
EXPECT = "improve"
WHY = "Card values through a chain of list searches."
BENCH = 3000


def gen(n):
    cards = ["2", "5", "9", "10", "J", "Q", "K", "A"]
    return ([[random.choice(cards) for _ in range(random.randint(2, 5))] for _ in range(n)],)


EDGES = [([],), ([["A", "A"]],), ([[]],), ([["x"]],)]
