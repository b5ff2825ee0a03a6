"""What a process that reads a hostile file may use."""


def limit_memory(most: int) -> None:
    """Let this process have at most so many bytes of data, and leave no core dump."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:  # no such thing on Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
