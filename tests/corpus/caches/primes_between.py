def primes_between(low: int, high: int) -> list[int]:
    primes = []
    for number in range(low, high + 1):
        if number < 2:
            continue
        is_prime = True
        for divisor in range(2, number):
            if number % divisor == 0:
                is_prime = False
                break
        if is_prime:
            primes.append(number)
    return primes


# ---- Velox does not see what follows ----
ENTRY = "primes_between"
EXPECT = "improve"
WHY = "Trial division by every smaller number."
BENCH = 3000


def gen(n):
    return (2, n)


EDGES = [(0, 0), (5, 1), (2, 2), (-5, 10)]
