"""Markdown tables of what was measured."""

from statistics import median


def requests(cases, sizes, chosen, postgres):
    """One table for each question; the first case of each is the limit."""
    unread, calls = map(int, postgres.sql(
        "halyard", "select count(*) filter (where -4 = any(outcomes)), count(*) from halyard.evaluations").split("|"))
    print(f"Medians of {chosen.rounds} rounds of {chosen.seconds} s, {chosen.connections} connections.\n")
    for question, size in sizes.items():
        print(f"{question} (body {size:,} bytes)\n")
        print("| | requests/s | of the limit | p50 | p99 | CPU per request | Postgres' CPU | peak memory |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|")
        asked = [case for case in cases if case.question == question]
        limit = asked[0].median("rate")
        for case in asked:
            rate = median(case.kept_up) if case.logged else case.median("rate")
            database = f"{median(case.database_cpu):.1f} µs" if "halyard" in case.program else ""
            print(
                f"| {case.program} | {rate:,.0f} | {rate / limit:.2f} | {case.median('p50'):.2f} ms "
                f"| {case.median('p99'):.2f} ms | {median(case.cpu):.1f} µs | {database} "
                f"| {case.process.peak_memory():.0f} MiB |"
            )
        print()
    for case in cases:
        if case.logged:
            queued, spooled = (median(waiting) for waiting in zip(*case.waiting))
            print(
                f"* {case.title}: answered {case.median('rate'):,.0f}/s, when {queued:,.0f} calls waited in memory and "
                f"{spooled:,.0f} on disk; the figure above counts the time until they were stored too. None was dropped."
            )
    print(f"* Audiences that could not be read in time: {unread:,} of {calls:,} logged calls.\n")


def log(figures):
    ratio = figures["stored"] / figures["copied"]
    print(f"Medians, {figures['calls']:,.0f} calls of {figures['flags']} flags that had piled up\n")
    print("| | calls/s | of COPY | bytes per call, indexes included |")
    print("|---|---:|---:|---:|")
    print(f"| COPY of the same rows, nothing else | {figures['copied']:,.0f} | 1 | {figures['bytes']:,.0f} |")
    print(f"| the log: rows, counts and batch id | {figures['stored']:,.0f} | {ratio:.2f} | |")
