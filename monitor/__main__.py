"""`python -m monitor` and the `janji` command."""

from monitor.cli.main import main

if __name__ == "__main__":
    main()
