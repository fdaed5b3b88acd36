"""What the benchmarks of running servers share: processes, a Postgres, and halyard-server itself."""
