"""What targets that become items share: writing through revisions, drafts that stay drafts, marking what is gone."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from smartbarleben.imports.incoming import Value
from smartbarleben.imports.registry import Origin, State, Target
from smartbarleben.kernel.folding import fold
from smartbarleben.kernel.plaintext import html_to_text, text_to_html
from smartbarleben.people.policies import Person
from smartbarleben.places.models import Ortschaft

from .. import actions, policies, registry
from ..models import Item

# A source that says the same each day need not change our pages each day.
CONFIRM_EVERY = timedelta(days=6)


class ItemTarget(Target):
    """A target whose things are items of one kind."""

    kind: str
    # Fields that stand on the item as they are; `text` and `ortschaft` are translated by this class.
    plain: tuple[str, ...] = ("title", "summary")
    # Further fields of the model that `values_of` looks at.
    other: tuple[str, ...] = ("body", "ortschaft")

    @property
    def model(self) -> Any:
        """The kind's model."""
        return registry.kind(self.kind).model

    def may(self, person: Person) -> bool:
        kind = registry.kind(self.kind)
        return policies.may_on_kind(person, "add", kind) and policies.may_on_kind(person, "publish", kind)

    def values_of(self, item: Any) -> dict[str, Value]:
        """The item's values in the form that sources give them."""
        found: dict[str, Value] = {name: getattr(item, name) for name in self.plain}
        found["body"] = html_to_text(item.body) if item.body else ""
        found["ortschaft"] = item.ortschaft.slug if item.ortschaft_id else ""
        return found

    def fields_of(self, values: Mapping[str, Value], origin: Origin) -> dict[str, Any]:
        """The model's fields for values of a source."""
        fields: dict[str, Any] = {name: values[name] for name in self.plain if name in values}
        if "body" in values:
            fields["body"] = text_to_html(str(values["body"] or ""))
        if "ortschaft" in values:
            fields["ortschaft"] = Ortschaft.objects.filter(slug=values["ortschaft"]).first()
        return fields

    def is_over(self, item: Any) -> bool:
        """Whether its time has passed, so that nobody wonders that its source forgets it."""
        return False

    def read(self, keys: Sequence[str]) -> dict[str, State]:
        numbers = [int(key) for key in keys]
        found: dict[str, State] = {}
        for start in range(0, len(numbers), 500):
            part = numbers[start : start + 500]
            rows = self.model.objects.filter(pk__in=part).select_related("ortschaft", "place", "latest_revision")
            for row in rows:
                self._as_drafted(row)
                found[str(row.pk)] = State(self.values_of(row), self.is_over(row))
        return found

    def _as_drafted(self, row: Any) -> None:
        """Give a row with an unpublished draft the draft's values; a whole object of each would cost many queries."""
        if not (row.has_unpublished_changes and row.latest_revision_id):
            return
        for name in (*self.plain, *self.other):
            if name in row.latest_revision.content:
                field = row._meta.get_field(name)
                setattr(row, field.attname, field.to_python(row.latest_revision.content[name]))

    def create(self, values: Mapping[str, Value], origin: Origin) -> str:
        fields = self.fields_of(values, origin)
        item = actions.create_item(
            self.model,
            publish=origin.publish,
            **fields,
            source_name=origin.name,
            source_url=str(values.get("source_url") or origin.url),
            as_of=origin.as_of.isoformat(),
            owner=origin.owner,
            review_by=origin.as_of + timedelta(days=180),
            review_every_days=180,
        )
        return str(item.pk)

    def change(self, key: str, values: Mapping[str, Value], origin: Origin) -> None:
        item = self.model.objects.select_related("latest_revision").get(pk=int(key))
        fields = self.fields_of(values, origin)
        if "source_url" in values:
            fields["source_url"] = values["source_url"] or origin.url
        actions.revise(item=item, **fields)

    def confirm(self, keys: Sequence[str], origin: Origin) -> None:
        old = (origin.as_of - CONFIRM_EVERY).isoformat()
        rows = Item.objects.filter(pk__in=[int(key) for key in keys]).select_related("latest_revision")
        for item in rows:
            if item.as_of <= old or item.source_name == "" or (item.review_by and item.review_by < origin.as_of):
                actions.confirm_facts(item=item, today=origin.as_of)
                if not item.source_name:
                    actions.name_source(item=item, name=origin.name, url=origin.url)

    def gone(self, key: str, origin: Origin) -> bool:
        item = self.model.objects.select_related("latest_revision").get(pk=int(key))
        actions.question_facts(item=item)
        if not origin.take_back or not item.live:
            return False
        actions.take_back(item=item)
        return True

    def back(self, key: str, origin: Origin, publish: bool) -> None:
        item = self.model.objects.select_related("latest_revision").get(pk=int(key))
        actions.confirm_facts(item=item, today=origin.as_of)
        if publish and not item.live:
            actions.publish_latest(item=self.model.objects.get(pk=item.pk))

    def edit_url(self, key: str) -> str:
        from ..staff_views import edit_url

        item = Item.objects.filter(pk=int(key)).first()
        return edit_url(item) if item else ""


def by_name(model: type[Any], field: str = "title") -> dict[str, str]:
    """Keys of all rows of a model by their folded name; a name that two share is nobody's."""
    found: dict[str, str] = {}
    for pk, name in model.objects.values_list("pk", field).order_by("pk"):
        folded = fold(name)
        found[folded] = "" if folded in found else str(pk)
    return {name: key for name, key in found.items() if key}
