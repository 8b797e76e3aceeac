"""Makes the demo tracks again, from code alone: `python resources/demo/make_tracks.py [slug ...]`."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from composer import covers, neon_tide, slow_ferry  # noqa: E402
from composer.folders import write_track  # noqa: E402
from composer.loudness import loudness_lufs, true_peak_db  # noqa: E402
from composer.mixing import mixed  # noqa: E402

TRACKS = {
    "neon-tide": (neon_tide.song, covers.neon_tide_cover),
    "slow-ferry": (slow_ferry.song, covers.slow_ferry_cover),
}


def main(slugs: list[str]) -> int:
    unknown = [slug for slug in slugs if slug not in TRACKS]
    if unknown:
        print(f"no such track: {', '.join(unknown)}; there are {', '.join(TRACKS)}")
        return 2
    for slug in slugs or TRACKS:
        compose, draw = TRACKS[slug]
        song = compose()
        stems = mixed(song)
        total = sum(stems.values())
        write_track(HERE / slug, song, stems, draw())
        print(f"{song.title}: {loudness_lufs(total):.1f} LUFS, {true_peak_db(total):.1f} dBTP, {len(stems)} stems")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
