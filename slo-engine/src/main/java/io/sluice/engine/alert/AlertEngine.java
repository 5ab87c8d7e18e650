package io.sluice.engine.alert;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.fold.Backfilled;
import io.sluice.engine.fold.CheckpointParticipant;
import io.sluice.engine.fold.Exemplars;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.slo.Burned;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.slo.WindowCounts;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredAlert;
import io.sluice.engine.store.StoredNotification;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * Keeps the state of every alert condition of every objective, and writes what has to be told in
 * the transaction that stores the state. Evaluates and checkpoints on one thread; {@link #alerts}
 * and {@link #delivered} are for any thread.
 *
 * <p>A condition is true, false, or unmeasured: in a window without events of a service that nobody
 * has heard of, nothing is known. What is unmeasured neither fires nor resolves; what was firing is
 * frozen. Silence itself is told by a condition of its own, {@value Conditions#NO_DATA}: always for
 * business and service objectives, and for policies with alertWhenNoData.
 *
 * <p>History that a backfill source sends never alerts: conditions see the events without it
 * ({@link Backfilled}), and freshness counts only live records.
 */
public final class AlertEngine implements CheckpointParticipant {
    /** How long a resolved alert is still shown. */
    static final Duration SHOWN_AFTER_RESOLVED = Duration.ofDays(1);

    /** Senders' clocks may be ahead by what is accepted as event time. */
    private static final Duration CLOCK_AHEAD = Duration.ofMinutes(10);

    /** How much of what burned the budget is told. */
    private static final int TOLD_SHARES = 10;

    private final Conditions conditions;
    private final SloEvaluator evaluator;
    private final SeriesReader series;
    private final Exemplars exemplars;
    private final List<String> targets;
    private final String baseUrl;
    private final Instant listeningSince;

    private final Map<String, Alert> alerts = new TreeMap<>();
    private final Set<String> unsaved = new HashSet<>();
    private final List<Message> untold = new ArrayList<>();
    private final Set<String> beingSaved = new HashSet<>();
    private final List<Message> beingTold = new ArrayList<>();

    private record Message(String target, String idempotencyKey, String body, long atMillis) {}

    /**
     * Goes on with the alerts that are stored.
     *
     * @param targets the receivers' names
     * @param baseUrl where the pages are, without a slash at the end
     * @param listeningSince since when silence can be told from our own absence
     */
    public AlertEngine(
            SloEvaluator evaluator,
            SeriesReader series,
            Exemplars exemplars,
            Store store,
            List<String> targets,
            String baseUrl,
            Instant listeningSince) {
        this.conditions = new Conditions(evaluator, series);
        this.evaluator = evaluator;
        this.series = series;
        this.exemplars = exemplars;
        this.targets = List.copyOf(targets);
        this.baseUrl = baseUrl;
        this.listeningSince = listeningSince;
        store.alerts()
                .forEach(
                        stored ->
                                alerts.put(
                                        stored.key(),
                                        AlertJson.decode(stored.key(), stored.json())));
    }

    /** Every alert that is or was active, newest first. */
    public synchronized List<Alert> alerts() {
        return alerts.values().stream()
                .sorted(
                        Comparator.comparing(
                                        (Alert alert) ->
                                                alert.conditionTrueAt().orElse(Instant.MIN))
                                .reversed()
                                .thenComparing(Alert::key))
                .toList();
    }

    /** Whether a page is firing, or was when the data stopped, for the SLO of this name. */
    public synchronized boolean pageFiring(String slo) {
        return alerts.values().stream()
                .anyMatch(
                        alert ->
                                alert.active()
                                        && alert.severity() == AlertPolicy.Severity.PAGE
                                        && alert.slo().equals(slo));
    }

    /** A receiver has confirmed a notification. */
    public synchronized void delivered(StoredNotification notification, Instant at) {
        for (Alert alert : alerts.values()) {
            if (alert.deliveredAt().isEmpty()
                    && notification.idempotencyKey().equals(idempotencyKey(alert, "firing"))) {
                put(alert.withDeliveredAt(at));
                return;
            }
        }
    }

    /**
     * Looks at every condition.
     *
     * @return whether an alert changed its state
     */
    public synchronized boolean evaluate(MeasurePlan plan, Instant at) {
        boolean changed = false;
        Set<String> seen = new HashSet<>();
        for (Slo slo : plan.definitions().slos().values()) {
            for (Sighting sighting : conditions.burnRates(plan, slo, at)) {
                seen.add(sighting.key());
                changed |= move(plan, sighting, seenUntil(plan, sighting, at), at);
            }
            Optional<Sighting> silence =
                    conditions.silence(plan, slo, listeningSince, at, at.plus(CLOCK_AHEAD));
            if (silence.isPresent()) {
                seen.add(silence.get().key());
                changed |= move(plan, silence.get(), at, at);
            }
        }
        for (Alert alert : List.copyOf(alerts.values())) {
            changed |= tidy(alert, seen.contains(alert.key()), at);
        }
        return changed;
    }

    private boolean move(MeasurePlan plan, Sighting seen, Instant eventTime, Instant at) {
        Alert before = alerts.get(seen.key());
        Optional<Alert> next = seen.next(before, eventTime, at);
        if (next.isEmpty()) {
            return false;
        }
        Alert after = next.get();
        if (after.state() == (before == null ? Alert.State.INACTIVE : before.state())) {
            alerts.put(after.key(), after);
            return false;
        }
        put(after);
        boolean wasActive = before != null && before.active();
        if (after.state() == Alert.State.FIRING
                && !wasActive
                && seen.policy().alertWhenBreaching()) {
            tell(after, "firing", plan, seen.slo(), at);
        } else if (after.state() == Alert.State.RESOLVED && seen.policy().alertWhenResolved()) {
            tell(after, "resolved", plan, seen.slo(), at);
        }
        return true;
    }

    /** The event time up to which an objective was seen; where nothing ever was, until now. */
    private Instant seenUntil(MeasurePlan plan, Sighting seen, Instant at) {
        String measure = plan.forObjective(seen.slo().name(), seen.objective()).id();
        long latest = series.latestBucket(measure);
        return latest == Long.MIN_VALUE
                ? at
                : Instant.ofEpochSecond(Math.min(at.getEpochSecond(), latest + 10));
    }

    private void tell(Alert alert, String status, MeasurePlan plan, Slo slo, Instant at) {
        if (targets.isEmpty()) {
            return;
        }
        WindowCounts window = evaluator.window(plan, slo, alert.objective(), at);
        OptionalDouble remaining =
                window.budget(slo.objectives().get(alert.objective()).target()).remainingRatio();
        List<Burned.Share> burnedBy =
                evaluator.burned(plan, slo, alert.longWindow(), at, exemplars).shares().stream()
                        .limit(TOLD_SHARES)
                        .toList();
        say(alert, status, remaining, burnedBy, at);
    }

    private void say(
            Alert alert,
            String status,
            OptionalDouble budgetRemaining,
            List<Burned.Share> burnedBy,
            Instant at) {
        String url = baseUrl + "/slos/" + alert.slo();
        String body = AlertJson.notification(alert, status, budgetRemaining, burnedBy, url);
        for (String target : targets) {
            untold.add(new Message(target, idempotencyKey(alert, status), body, at.toEpochMilli()));
        }
    }

    /**
     * One firing of one alert has one key, however often it is told and whatever happens in
     * between.
     */
    private static String idempotencyKey(Alert alert, String status) {
        return alert.key()
                + "/"
                + alert.firedAt().map(Instant::toEpochMilli).orElse(0L)
                + "/"
                + status;
    }

    /** Lets go of what is over; what no definition asks for any more is resolved. */
    private boolean tidy(Alert alert, boolean defined, Instant at) {
        if (alert.active() && !defined) {
            Alert resolved = alert.resolved(at);
            put(resolved);
            say(resolved, "resolved", OptionalDouble.empty(), List.of(), at);
            return true;
        }
        boolean over =
                switch (alert.state()) {
                    case INACTIVE -> true;
                    case PENDING -> !defined;
                    case FIRING, FROZEN -> false;
                    case RESOLVED ->
                            at.isAfter(alert.resolvedAt().orElse(at).plus(SHOWN_AFTER_RESOLVED));
                };
        if (over) {
            alerts.remove(alert.key());
            unsaved.add(alert.key());
        }
        return over;
    }

    private void put(Alert alert) {
        alerts.put(alert.key(), alert);
        unsaved.add(alert.key());
    }

    @Override
    public synchronized void checkpoint(Store.Transaction tx) {
        beingSaved.addAll(unsaved);
        unsaved.clear();
        beingTold.addAll(untold);
        untold.clear();
        for (String key : beingSaved) {
            Alert alert = alerts.get(key);
            if (alert == null) {
                tx.removeAlert(key);
            } else {
                tx.putAlert(new StoredAlert(key, AlertJson.encode(alert)));
            }
        }
        for (Message message : beingTold) {
            tx.addNotification(
                    message.target(), message.idempotencyKey(), message.body(), message.atMillis());
        }
    }

    @Override
    public synchronized void checkpointed() {
        beingSaved.clear();
        beingTold.clear();
    }
}
