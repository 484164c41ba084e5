def monthly_totals(rows):
    """Sum the amounts of each month, in the order in which the months first appear."""
    months = []
    for row in rows:
        month = row["date"][:7]
        if month not in months:
            months.append(month)
    totals = []
    for month in months:
        amount = 0
        for row in rows:
            if row["date"][:7] == month:
                amount += row["amount"]
        totals.append((month, amount))
    return totals


# ---- Velox does not see what follows ----
import random

ENTRY = "monthly_totals"
EXPECT = "improve"
WHY = "The months seen are a list that is searched for every row."
BENCH = 3000


def gen(n):
    dates = [f"{2000 + k // 12}-{k % 12 + 1:02d}" for k in range(max(1, n // 8))]
    return ([{"date": f"{random.choice(dates)}-15", "amount": random.randint(-50, 900)} for _ in range(n)],)


EDGES = [([],), ([{"date": "2024-01-01", "amount": 5}],), ([{"date": "", "amount": 1}, {"date": "", "amount": 2}],)]
