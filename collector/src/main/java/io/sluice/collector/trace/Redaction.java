package io.sluice.collector.trace;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Takes out of what people read what senders should not have sent: values of attributes whose key
 * names a secret, and, in any text, bearer tokens and e-mail addresses. The log keeps what came.
 */
public final class Redaction {
    /** What stands in place of what was taken out. */
    public static final String REDACTED = "[redacted]";

    /** A key that holds one of these, in any case, names a secret. */
    public static final List<String> DEFAULT_KEYS =
            List.of(
                    "authorization",
                    "cookie",
                    "password",
                    "passwd",
                    "secret",
                    "token",
                    "api_key",
                    "api-key",
                    "apikey",
                    "credential",
                    "private_key",
                    "session.id",
                    "email",
                    "card.number",
                    "card_number");

    /** By RFC 6750; and what looks like a JSON Web Token. */
    private static final Pattern TOKEN =
            Pattern.compile(
                    "(?i:bearer|basic) +[A-Za-z0-9._~+/=-]{8,}"
                            + "|eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");

    private static final Pattern EMAIL =
            Pattern.compile("[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63})+");

    private final List<String> keys;

    /**
     * @param keys parts of keys, in any case
     */
    public Redaction(List<String> keys) {
        this.keys = keys.stream().map(key -> key.toLowerCase(Locale.ROOT)).toList();
    }

    Map<String, String> of(Map<String, String> attributes) {
        Map<String, String> redacted = new LinkedHashMap<>();
        attributes.forEach((key, value) -> redacted.put(key, isSecret(key) ? REDACTED : of(value)));
        return redacted;
    }

    String of(String text) {
        String withoutTokens = TOKEN.matcher(text).replaceAll(REDACTED);
        return EMAIL.matcher(withoutTokens).replaceAll(REDACTED);
    }

    private boolean isSecret(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return keys.stream().anyMatch(lower::contains);
    }
}
