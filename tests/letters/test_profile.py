"""The colour profile in the package is the one that its maker makes."""

import io
from pathlib import Path

from PIL import ImageCms

from notices.letters.pdf.archival import SRGB
from tests.letters.making_profile import srgb_profile


def test_the_profile_is_as_made():
    assert SRGB.read_bytes() == srgb_profile()


def test_little_cms_reads_it_as_a_display_profile_of_srgb():
    profile = ImageCms.ImageCmsProfile(io.BytesIO(Path(SRGB).read_bytes())).profile
    assert profile.device_class == "mntr"
    assert profile.xcolor_space.strip() == "RGB"
    assert "sRGB" in profile.profile_description
