"""The agent: probes at another place, keeps what it saw on disk until its hub has it, and is told nothing else."""
