class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance


class Bank:
    """Accounts and transfers between them."""

    def __init__(self, accounts):
        self.accounts = [Account(owner, balance) for owner, balance in accounts]

    def find(self, owner):
        for account in self.accounts:
            if account.owner == owner:
                return account
        return None

    def apply(self, transfers):
        """Carry out transfers; return how many could not be."""
        failed = 0
        for source, target, amount in transfers:
            a = self.find(source)
            b = self.find(target)
            if a is None or b is None or a.balance < amount:
                failed += 1
                continue
            a.balance -= amount
            b.balance += amount
        return failed


# ---- Velox does not see what follows ----
import random

ENTRY = "Bank.apply"
EXPECT = "improve"
WHY = "The account of a transfer is found by walking over all accounts."
BENCH = 5000


def gen(n):
    people = max(2, n // 20)
    bank = Bank([(f"p{k}", 100) for k in range(people)])
    return (bank, [(f"p{random.randrange(people)}", f"p{random.randrange(people)}", 5) for _ in range(n // 10)])


EDGES = [(Bank([]), []), (Bank([("a", 1)]), [("a", "b", 1)]), (Bank([("a", 5), ("b", 0)]), [("a", "b", 5), ("a", "b", 1)])]
