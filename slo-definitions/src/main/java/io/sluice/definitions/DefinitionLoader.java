package io.sluice.definitions;

import io.sluice.definitions.DefinitionFiles.Found;
import io.sluice.definitions.Registry.Given;
import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Problem;
import io.sluice.definitions.yaml.Reading;
import io.sluice.definitions.yaml.Value;
import io.sluice.definitions.yaml.YamlNode;
import io.sluice.definitions.yaml.YamlParser;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Loads definition files and reports every problem of every file at once; never throws because of
 * what a file says. Keeps no state, so one loader serves any number of threads.
 *
 * <p>Three passes over all files: texts become documents, documents become objects with a kind and
 * a name, and objects are read in an order in which each refers only to what was read before. So a
 * reference may point to any file, and one file's mistake hides nothing in another.
 */
public final class DefinitionLoader {

    /**
     * Loads files, and folders with everything under them that ends in {@code .yaml}, {@code .yml}
     * or {@code .json}. Names that begin with a dot or end in {@code .schema.json} are left out,
     * unless given here.
     *
     * <p>Folders hold a whole set: a reference that leads nowhere is an error. A file that is given
     * by itself may be one of many, so there it is a note, and the files can be valid without being
     * a set; see {@link Loaded}.
     */
    public Loaded load(List<Path> filesOrFolders) {
        List<Problem> problems = new ArrayList<>();
        DefinitionFiles files = new DefinitionFiles(problems);
        List<Found> found = files.read(filesOrFolders);
        return load(found, files.whole(), problems);
    }

    /**
     * Loads texts, for example those that a {@link DefinitionSet} was made of; problems show the
     * files' own paths.
     */
    public Loaded loadSources(List<SourceFile> files) {
        return load(
                files.stream().map(file -> new Found(file.path(), file)).toList(),
                true,
                new ArrayList<>());
    }

    /**
     * @param whole whether these are all files of a set
     * @param problems those of files that could not even be read
     */
    private static Loaded load(List<Found> files, boolean whole, List<Problem> problems) {
        boolean readable = problems.isEmpty();
        List<Value> objects = new ArrayList<>();
        for (Found file : files) {
            Reading reading = new Reading(file.shownAs(), problems);
            List<YamlNode> documents = YamlParser.parse(file.file().text(), reading);
            readable &= !reading.failed();
            documents.forEach(document -> objects.addAll(objectsOf(document, reading)));
        }
        References references =
                new References(!whole ? Given.SOME : readable ? Given.ALL : Given.UNREADABLE);
        ObjectReader reader = new ObjectReader(references);
        reader.readAll(objects.stream().map(reader::declare).flatMap(Optional::stream).toList());
        problems.sort(Comparator.naturalOrder());
        boolean servable = readable && objects.stream().noneMatch(o -> o.reading().failed());
        return new Loaded(
                servable ? Optional.of(definitions(files, references)) : Optional.empty(),
                problems);
    }

    /** A document is an object or a list of objects. */
    private static List<Value> objectsOf(YamlNode document, Reading reading) {
        if (!(document instanceof YamlNode.Sequence list)) {
            return List.of(Value.root(reading.ofObject(), "", document));
        }
        List<Value> objects = new ArrayList<>();
        for (YamlNode item : list.items()) {
            objects.add(Value.root(reading.ofObject(), "[" + objects.size() + "]", item));
        }
        return objects;
    }

    private static DefinitionSet definitions(List<Found> files, References references) {
        List<SourceFile> sorted =
                files.stream()
                        .map(Found::file)
                        .sorted(
                                Comparator.comparing(SourceFile::path)
                                        .thenComparing(SourceFile::text))
                        .toList();
        Map<String, AlertPolicy> policies =
                references.alertPolicies.defined().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().policy()));
        Map<String, Exclusion> exclusions =
                references.exclusions.defined().entrySet().stream()
                        .collect(
                                Collectors.toMap(Map.Entry::getKey, e -> e.getValue().exclusion()));
        return new DefinitionSet(
                digest(sorted),
                sorted,
                references.services.defined(),
                references.dataSources.defined(),
                references.slis.defined(),
                references.slos.defined(),
                references.notificationTargets.defined(),
                policies,
                references.cutovers.defined(),
                references.resultsTables.defined(),
                exclusions,
                references.journeys.defined(),
                references.syntheticChecks.defined(),
                references.migrations.defined());
    }

    /**
     * Each part goes in behind its length, so that no two sets of files run together to the same
     * bytes.
     */
    private static String digest(List<SourceFile> files) {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        for (SourceFile file : files) {
            for (String part : List.of(file.path(), file.text())) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                sha256.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                sha256.update(bytes);
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }
}
