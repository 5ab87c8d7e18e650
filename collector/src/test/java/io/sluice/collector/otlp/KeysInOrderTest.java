package io.sluice.collector.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.TestPlans;
import io.sluice.collector.match.ByteStrings;
import io.sluice.collector.match.Matchers;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

class KeysInOrderTest {

    /** Those that differ only in one byte, wherever it stands, must not be taken for each other. */
    private static final List<String> NAMED =
            List.of("a", "side", "http.method", "http.route", "http.response.status_code");

    private static final List<String> POOL =
            Stream.concat(
                            NAMED.stream(),
                            Stream.of(
                                    "",
                                    "b",
                                    "sidf",
                                    "rides",
                                    "http.routf",
                                    "httq.route",
                                    "http.respomse.status_code",
                                    "http.response.status_codf",
                                    "user_agent.original"))
                    .toList();

    private static ByteStrings keys() {
        EventSource.Spans all =
                TestPlans.spans(
                        "cart",
                        NAMED.stream()
                                .map(key -> new Condition.Exists(key, true))
                                .toArray(Condition[]::new));
        return Matchers.compile(TestPlans.plan(TestPlans.goodOf(all, TestPlans.spans("cart"))))
                .keys();
    }

    @Property(tries = 500)
    void everyKeyHasTheSlotThatALookupFinds(@ForAll long seed) {
        Random random = new Random(seed);
        ByteStrings keys = keys();
        KeysInOrder inOrder = new KeysInOrder(keys);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        String[] item = new String[random.nextInt(40)];
        int[][] places = new int[20 * item.length][];
        int count = 0;
        for (int i = 0; i < 20; i++) {
            for (int j = 0; j < item.length; j++) {
                if (item[j] == null || random.nextInt(5) == 0) {
                    item[j] = POOL.get(random.nextInt(POOL.size()));
                }
                byte[] key = item[j].getBytes(StandardCharsets.UTF_8);
                places[count++] = new int[] {text.size(), key.length};
                text.writeBytes(key);
            }
        }
        byte[] bytes = text.toByteArray();

        for (int i = 0; i < count; i++) {
            if (i % item.length == 0) {
                inOrder.beginItem();
            }
            int offset = places[i][0];
            int length = places[i][1];
            assertThat(inOrder.next(bytes, offset, length))
                    .isEqualTo(keys.indexOf(bytes, offset, length));
        }
    }
}
