"""What logs say, and what they never say."""

import pytest

from nbcommons.config.logs import render


class TestRender:
    @pytest.mark.parametrize(
        "address", ["/join/SECRET/", "/new-password/1-SECRET/SECRET/", "/confirm-email/SECRET/"]
    )
    def test_leaves_out_what_opens_an_account(self, address):
        line = render(None, "warning", {"event": f"Unprocessable: {address}", "path": address})

        assert "SECRET" not in line

    def test_keeps_other_addresses(self):
        assert "/notebooks/1/run/" in render(None, "info", {"event": "/notebooks/1/run/"})
