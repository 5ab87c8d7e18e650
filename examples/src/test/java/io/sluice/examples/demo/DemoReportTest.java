package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.examples.automation.Decision;
import io.sluice.examples.automation.GateAnswer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class DemoReportTest {
    private static final Instant AT = Instant.parse("2026-02-14T09:00:00Z");

    @TempDir Path folder;

    @Test
    void report_hasTheNamesThatProgramsRead() throws Exception {
        DecisionLog log = new DecisionLog();
        GateAnswer.Reason reason = new GateAnswer.Reason("NEED_MORE_DATA", "errors", "wait");
        log.add(
                "cart",
                new GateAnswer(Decision.HOLD, "1", 0.01, List.of(reason), Optional.empty()),
                AT);
        Path file = folder.resolve("r.json");
        DemoReport.of(
                        Fault.LATE,
                        List.of(),
                        List.of(new CountCheck.Row("cart-errors", "all", "spans", 5, 5)),
                        log,
                        Map.of("cart", 1.0),
                        List.of(
                                new AlertSink.Delivery(
                                        "checkout-success", "page", "firing", "t0", AT, 20)),
                        List.of(
                                new SluiceApi.Result(
                                        "Availability",
                                        "%",
                                        Optional.of(99.2),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.of("needs 7 d"))))
                .write(file);
        JsonNode report = new ObjectMapper().readTree(file.toFile());
        assertThat(report.at("/story"))
                .hasToString("{\"ok\":true,\"fault\":\"late\",\"problems\":[]}");
        assertThat(report.at("/counts/0"))
                .hasToString(
                        "{\"sli\":\"cart-errors\",\"side\":\"all\",\"signal\":\"spans\",\"sent\":5,\"counted\":5}");
        assertThat(report.at("/decisions/0"))
                .hasToString(
                        "{\"cutover\":\"cart\",\"run\":\"1\",\"at\":\"2026-02-14T09:00:00Z\","
                                + "\"decision\":\"HOLD\",\"candidateShare\":0.01,\"reasons\":[{\"code\":"
                                + "\"NEED_MORE_DATA\",\"metric\":\"errors\",\"text\":\"wait\"}]}");
        assertThat(report.at("/finalShares/cart").asDouble()).isEqualTo(1);
        assertThat(report.at("/alerts/0/deliveredAt").asText()).isEqualTo("2026-02-14T09:00:00Z");
        assertThat(report.at("/results/0/before").asDouble()).isEqualTo(99.2);
        assertThat(report.at("/results/0/after").isNull()).isTrue();
    }
}
