"""Which kernel a notebook gets, so that nobody is asked for one."""

import pytest

from jupyter_nbcommons.kernels import Kernel, fit_kernel, installed_kernels

PYTHON = Kernel("python3", "Python 3 (ipykernel)", "python")
R = Kernel("ir", "R", "r")


def fitted(metadata, kernels=(R, PYTHON)):
    fit_kernel(metadata, kernels)
    return metadata.get("kernelspec", {}).get("name")


class TestFitKernel:
    @pytest.mark.parametrize(
        ("metadata", "name"),
        [
            ({}, "python3"),
            ({"kernelspec": {"name": "conda-env-py39", "language": "python"}}, "python3"),
            ({"kernelspec": {"name": "x"}, "language_info": {"name": "ipython"}}, "python3"),
            ({"language_info": {"name": "R"}}, "ir"),
            ({"kernelspec": "damaged", "language_info": 3}, "python3"),
        ],
        ids=["nothing", "elsewhere", "old", "r", "damaged"],
    )
    def test_names_an_installed_kernel_of_the_language(self, metadata, name):
        assert fitted(metadata) == name

    def test_leaves_a_kernel_that_is_installed_as_it_is(self):
        kernelspec = {"name": "ir", "display_name": "My R"}

        assert fitted({"kernelspec": kernelspec, "language_info": {"name": "python"}}) == "ir"
        assert kernelspec["display_name"] == "My R"

    def test_changes_nothing_when_no_kernel_speaks_the_language(self):
        assert fitted({"kernelspec": {"name": "julia-1.9", "language": "julia"}}) == "julia-1.9"


class TestInstalledKernels:
    def test_reads_what_jupyter_lists(self):
        specs = {"python3": {"spec": {"display_name": "Python 3", "language": "Python"}}}

        assert installed_kernels(specs) == (Kernel("python3", "Python 3", "python"),)
