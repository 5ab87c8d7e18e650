package io.sluice.server.config;

import io.sluice.collector.ask.Access;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Value;
import io.sluice.server.notify.AlertmanagerForm;
import io.sluice.server.notify.Form;
import io.sluice.server.notify.PagerDutyForm;
import io.sluice.server.notify.Place;
import io.sluice.server.notify.SlackForm;
import io.sluice.server.notify.Target;
import io.sluice.server.notify.Template;
import io.sluice.server.notify.WebhookForm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads who is told of alerts. */
final class ReceiverReader {
    private final AccessReader access;
    private final Set<String> names = new HashSet<>();

    /** Kinds of receivers. */
    private enum Kind {
        WEBHOOK(false),
        SLACK(true),
        ALERTMANAGER(false),
        PAGERDUTY(true);

        /** Whether one is told once for all alerts of an SLO, unless it is said. */
        private final boolean grouped;

        Kind(boolean grouped) {
            this.grouped = grouped;
        }
    }

    private static final Map<String, Kind> KINDS =
            Map.of(
                    "webhook", Kind.WEBHOOK,
                    "slack", Kind.SLACK,
                    "alertmanager", Kind.ALERTMANAGER,
                    "pagerduty", Kind.PAGERDUTY);

    /** For one configuration. */
    ReceiverReader(AccessReader access) {
        this.access = access;
    }

    Optional<Target> receiver(Fields fields) {
        Optional<String> name =
                fields.require("name", Value::someText).filter(n -> isNew(fields, n));
        Kind kind = fields.optional("kind", v -> v.oneOf(KINDS)).orElse(Kind.WEBHOOK);
        Optional<Place> place = place(fields, kind);
        boolean grouped =
                kind == Kind.ALERTMANAGER
                        ? kind.grouped
                        : fields.optional("grouped", Value::bool).orElse(kind.grouped);
        Optional<Form> form = form(fields, kind, grouped);
        Access spoken = access.access(fields);
        if (name.isEmpty() || place.isEmpty() || form.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Target(name.get(), place.get(), spoken, grouped, form.get()));
    }

    private boolean isNew(Fields fields, String name) {
        if (names.add(name)) {
            return true;
        }
        fields.value("name")
                .orElseThrow()
                .wrong("a second receiver of the name " + name, "each name once");
        return false;
    }

    private Optional<Place> place(Fields fields, Kind kind) {
        Optional<Value> where =
                kind == Kind.PAGERDUTY
                        ? fields.atMostOne("url", "urlFile")
                        : fields.exactlyOne("url", "urlFile");
        if (where.isEmpty()) {
            return kind == Kind.PAGERDUTY
                    ? Optional.of(new Place.Known(PagerDutyForm.ADDRESS))
                    : Optional.empty();
        }
        return where.get().key().equals("url")
                ? ConfigReader.url(where.get()).map(Place.Known::new)
                : access.path(where.get()).map(Place.InFile::new);
    }

    private Optional<Form> form(Fields fields, Kind kind, boolean grouped) {
        return switch (kind) {
            case WEBHOOK -> {
                Optional<Value> template = fields.value("template");
                yield template.isEmpty()
                        ? Optional.of(new WebhookForm(Optional.empty()))
                        : template.flatMap(this::template)
                                .map(t -> new WebhookForm(Optional.of(t)));
            }
            case SLACK -> Optional.of(new SlackForm());
            case ALERTMANAGER -> Optional.of(new AlertmanagerForm());
            case PAGERDUTY ->
                    fields.require("routingKeyFile", access::path)
                            .map(file -> new PagerDutyForm(file, grouped));
        };
    }

    private Optional<Template> template(Value value) {
        Optional<Path> file = access.path(value);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Template.parse(Files.readString(file.get()), Template.Escape.JSON));
        } catch (IOException e) {
            return value.wrong("cannot be read (" + e + ")", "a file with a template");
        } catch (IllegalArgumentException e) {
            return value.wrong(
                    String.valueOf(e.getMessage()), "a template such as {\"text\": \"{{title}}\"}");
        }
    }
}
