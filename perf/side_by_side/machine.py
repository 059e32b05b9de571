"""Describes the machine on which figures are measured."""
import os
import platform


def cpu_model():
    with open("/proc/cpuinfo") as f:
        return next((line.split(":", 1)[1].strip() for line in f if line.startswith("model name")), platform.machine())


def sha_instructions():
    with open("/proc/cpuinfo") as f:
        return any(line.startswith("flags") and " sha_ni" in line for line in f)


def described():
    """One line: CPU (SHA-256 costs a quarter where the CPU has instructions for it), how many, kernel, and how busy it is already."""
    sha = "with" if sha_instructions() else "without"
    return f"{cpu_model()} ({sha} SHA instructions), {os.cpu_count()} CPUs, Linux {platform.release().split('-')[0]}, load average {os.getloadavg()[0]:.1f}"
