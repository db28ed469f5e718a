"""One run as a story: python analysis/story.py results/NAME [--run 17] [--policy none]

Without a run: the one whose main user misses more than 99 of 100 runs. `shortfall story` tells it in full.
"""

import polars as pl

from shortfall import answers, command, export, figures, results, timeline, timeline_figure, variants


def main() -> None:
    parser = command.parser(__doc__)
    parser.add_argument("--run", type=int, help="number of the run within its draw")
    parser.add_argument("--draw", type=int, default=0, help="draw of the uncertain numbers (0)")
    parser.add_argument("--policy", help="default: the first")
    arguments = parser.parse_args()
    found = results.load(arguments.results)
    gathered = answers.gather(found)
    policy = variants.manifest_policy(found, arguments.policy)
    if arguments.run is None:
        story = timeline.worst(gathered, found)
        if story is None:
            raise results.Refused(f"{found.folder}: the main user is never short; name a run with --run")
    else:
        point = int(gathered.table["point"].min())
        story = timeline.told(gathered, found, point, arguments.draw, arguments.run, policy)
    export.save(pl.DataFrame(story.events, infer_schema_length=None), found.report, "story_events", found.stamp)
    export.save(pl.DataFrame(story.users, infer_schema_length=None), found.report, "story_users", found.stamp)
    consumers = [{**consumer, "name": gathered.name(consumer)} for consumer in gathered.consumers]
    figures.save(timeline_figure.timeline(story, gathered, consumers), found.report, "story")
    told = timeline.sentences(story, gathered)
    print(f"run {story.run}, draw {story.draw}, policy {story.policy}: {told['Who ran short'][0]}")
    print(f"{len(story.events)} events; shortfall story {found.folder} --run {story.run} tells it in full")


if __name__ == "__main__":
    command.run(main)
