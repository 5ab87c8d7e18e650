package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class DemoOptionsTest {
    @Test
    void optionsComeInAnyOrder() throws Exception {
        assertThat(DemoOptions.parse(List.of()))
                .isEqualTo(new DemoOptions(false, Optional.empty(), Fault.RACE));
        assertThat(DemoOptions.parse(List.of("--report", "r.json", "--fault", "route", "--once")))
                .isEqualTo(new DemoOptions(true, Optional.of(Path.of("r.json")), Fault.ROUTE));
    }

    @Test
    void mistakes_areNamed() {
        assertThatThrownBy(() -> DemoOptions.parse(List.of("--often")))
                .isInstanceOf(DemoOptions.UsageException.class)
                .hasMessageContaining("--often");
        assertThatThrownBy(() -> DemoOptions.parse(List.of("--report")))
                .isInstanceOf(DemoOptions.UsageException.class);
        assertThatThrownBy(() -> DemoOptions.parse(List.of("--report", "no-such-folder/r.json")))
                .isInstanceOf(DemoOptions.UsageException.class)
                .hasMessage("--report is no-such-folder/r.json, expected a file in a folder");
        assertThatThrownBy(() -> DemoOptions.parse(List.of("--report", "src")))
                .isInstanceOf(DemoOptions.UsageException.class);
        assertThatThrownBy(() -> DemoOptions.parse(List.of("--fault", "cosmic")))
                .isInstanceOf(DemoOptions.UsageException.class)
                .hasMessage("--fault is cosmic, expected race|late|route|latency|none");
        assertThatThrownBy(() -> DemoOptions.parse(List.of("--fault")))
                .isInstanceOf(DemoOptions.UsageException.class);
    }
}
