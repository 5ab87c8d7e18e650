package io.sluice.collector.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

class RedactionTest {
    private final Redaction redaction = new Redaction(Redaction.DEFAULT_KEYS);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http.request.header.authorization",
                "http.request.header.Set-Cookie",
                "db.password",
                "user.email",
                "X-Api-Key",
                "oauth.access_token"
            })
    void keyThatNamesASecret_hidesItsValue(String key) {
        assertThat(redaction.of(Map.of(key, "s3cret"))).containsEntry(key, Redaction.REDACTED);
    }

    @Test
    void tokensAndAddressesInText_areTakenOut_andTheRestStays() {
        assertThat(redaction.of("sent Bearer abcdefgh12345678 to ann.lee@shop.example twice"))
                .isEqualTo("sent [redacted] to [redacted] twice");
        assertThat(redaction.of("eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl")).isEqualTo("[redacted]");
        assertThat(redaction.of(Map.of("http.route", "/cart/{id}", "note", "a basic fix")))
                .containsEntry("http.route", "/cart/{id}")
                .containsEntry("note", "a basic fix");
    }

    @Test
    void listOfOnesOwn_replacesTheDefault() {
        Redaction own = new Redaction(List.of("Loyalty"));

        assertThat(own.of(Map.of("loyalty.number", "7", "db.password", "p")))
                .containsEntry("loyalty.number", Redaction.REDACTED)
                .containsEntry("db.password", "p");
    }
}
