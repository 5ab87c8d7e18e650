package io.sluice.definitions;

import io.sluice.definitions.model.DataSource;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Service;
import io.sluice.definitions.model.Sli;
import io.sluice.definitions.model.Tree;
import io.sluice.definitions.write.FieldsWriter;

import java.util.List;
import java.util.TreeMap;

/** Writes what all objects have, and the kinds that have little more. */
final class ObjectWriter {
    private ObjectWriter() {}

    /** A whole object. */
    static Tree.Fields object(Kind kind, Metadata metadata, FieldsWriter spec) {
        return new FieldsWriter()
                .text("apiVersion", kind.apiVersion())
                .text("kind", kind.word())
                .put("metadata", metadata(metadata))
                .put("spec", spec.toTree())
                .toTree();
    }

    /** An object as a part of another one. */
    static Tree.Fields inline(Kind kind, Metadata metadata, FieldsWriter spec) {
        return new FieldsWriter()
                .text("kind", kind.word())
                .put("metadata", metadata(metadata))
                .put("spec", spec.toTree())
                .toTree();
    }

    private static Tree metadata(Metadata metadata) {
        FieldsWriter fields = new FieldsWriter().text("name", metadata.name());
        if (!metadata.displayName().equals(metadata.name())) {
            fields.text("displayName", metadata.displayName());
        }
        if (!metadata.labels().isEmpty()) {
            FieldsWriter labels = new FieldsWriter();
            new TreeMap<>(metadata.labels())
                    .forEach((key, values) -> labels.put(key, label(values)));
            fields.put("labels", labels.toTree());
        }
        if (!metadata.annotations().isEmpty()) {
            FieldsWriter annotations = new FieldsWriter();
            new TreeMap<>(metadata.annotations()).forEach(annotations::text);
            fields.put("annotations", annotations.toTree());
        }
        return fields.toTree();
    }

    private static Tree label(List<String> values) {
        return values.size() == 1 ? new Tree.Text(values.getFirst()) : FieldsWriter.texts(values);
    }

    static Tree.Fields service(Service service) {
        return object(
                Kind.SERVICE,
                service.metadata(),
                new FieldsWriter().someText("description", service.description()));
    }

    static Tree.Fields dataSource(DataSource source) {
        FieldsWriter spec =
                new FieldsWriter()
                        .someText("description", source.description())
                        .text("type", source.type());
        if (!(source.connectionDetails() instanceof Tree.Nothing)) {
            spec.put("connectionDetails", source.connectionDetails());
        }
        return object(Kind.DATA_SOURCE, source.metadata(), spec);
    }

    static Tree.Fields sli(Sli sli) {
        FieldsWriter spec = new FieldsWriter().someText("description", sli.description());
        IndicatorWriter.spec(sli.indicator()).toTree().fields().forEach(spec::put);
        return object(Kind.SLI, sli.metadata(), spec);
    }
}
