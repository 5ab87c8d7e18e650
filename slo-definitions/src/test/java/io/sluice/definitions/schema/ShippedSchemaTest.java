package io.sluice.definitions.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import io.sluice.definitions.DefinitionLoader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The schema as it is shipped, and the line by which each shipped file finds it. */
class ShippedSchemaTest {
    private static final Path SHIPPED = Path.of("schema", DefinitionSchema.FILE_NAME);
    private static final String MODELINE = "# yaml-language-server: $schema=";

    static List<Path> shippedFiles() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("shopflow"))) {
            return all.filter(path -> path.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    /** Write it anew with: sluice schema --out slo-definitions/schema. */
    @Test
    void shippedSchema_isWhatTheGeneratorGives() throws IOException {
        assertThat(SHIPPED).hasContent(new DefinitionSchema().text());
    }

    @ParameterizedTest
    @MethodSource("shippedFiles")
    void shippedFile_namesTheSchemaInItsFirstLine(Path file) throws IOException {
        String first = Files.readAllLines(file).getFirst();

        assertThat(first).startsWith(MODELINE);
        assertThat(file.resolveSibling(first.substring(MODELINE.length())).normalize())
                .isEqualTo(SHIPPED);
    }

    @Test
    void schemaOfEachKind_isASchema_andRefusesOtherKinds() throws IOException {
        DefinitionSchema schema = new DefinitionSchema();
        for (String kind : schema.kinds()) {
            String text = schema.text(kind).orElseThrow();
            new ObjectMapper().readTree(text);
            com.networknt.schema.Schema validator =
                    SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(text);
            for (var object : Documents.of(Path.of("src/test/resources/schema")).objects()) {
                boolean refused =
                        !validator
                                .validate(
                                        Documents.withoutNulls(object).toString(), InputFormat.JSON)
                                .isEmpty();
                assertThat(refused)
                        .as(kind + " of " + object)
                        .isEqualTo(!object.get("kind").asText().equals(kind));
            }
        }
        assertThat(schema.text("None")).isEmpty();
    }

    @Test
    void schemaBesideDefinitions_isNoDefinition(@TempDir Path folder) throws IOException {
        Files.copy(SHIPPED, folder.resolve(DefinitionSchema.FILE_NAME));

        assertThat(new DefinitionLoader().load(List.of(folder)).problems()).isEmpty();
    }
}
