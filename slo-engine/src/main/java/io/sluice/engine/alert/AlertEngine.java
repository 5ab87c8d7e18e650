package io.sluice.engine.alert;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tier;
import io.sluice.engine.fold.Backfilled;
import io.sluice.engine.fold.CheckpointParticipant;
import io.sluice.engine.fold.Exemplars;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.slo.Burned;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.slo.SloStatus;
import io.sluice.engine.slo.WindowCounts;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredAlert;
import io.sluice.engine.store.StoredNotification;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
 * frozen. Silence itself is told by a condition of its own, {@value #NO_DATA}: always for business
 * and service objectives, and for policies with alertWhenNoData.
 *
 * <p>History that a backfill source sends never alerts: conditions see the events without it
 * ({@link Backfilled}), and freshness counts only live records.
 */
public final class AlertEngine implements CheckpointParticipant {
    /** The condition that says that a service which had been measured is not any more. */
    public static final String NO_DATA = "no-data";

    /** How long a service may be silent. */
    static final Duration SILENCE = Duration.ofMinutes(5);

    /** How far back a service counts as "had been measured". */
    static final Duration HAD_BEEN_MEASURED = Duration.ofDays(7);

    /** How long a resolved alert is still shown. */
    static final Duration SHOWN_AFTER_RESOLVED = Duration.ofDays(1);

    /** Senders' clocks may be ahead by what is accepted as event time. */
    private static final Duration CLOCK_AHEAD = Duration.ofMinutes(10);

    /** How much of what burned the budget is told. */
    private static final int TOLD_SHARES = 10;

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

    /** What one look at a condition says. */
    private enum Finding {
        TRUE,
        FALSE,
        UNMEASURED
    }

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
            for (int i = 0; i < slo.objectives().size(); i++) {
                Map<Duration, WindowCounts> windows = new HashMap<>();
                for (AlertPolicy policy : slo.alertPolicies()) {
                    for (AlertCondition condition : policy.conditions()) {
                        changed |= look(plan, slo, i, policy, condition, windows, at, seen);
                    }
                }
            }
            changed |= lookForSilence(plan, slo, at, seen);
        }
        for (Alert alert : List.copyOf(alerts.values())) {
            changed |= tidy(alert, seen.contains(alert.key()), at);
        }
        return changed;
    }

    private boolean look(
            MeasurePlan plan,
            Slo slo,
            int index,
            AlertPolicy policy,
            AlertCondition condition,
            Map<Duration, WindowCounts> windows,
            Instant at,
            Set<String> seen) {
        Objective objective = slo.objectives().get(index);
        WindowCounts longCounts =
                windows.computeIfAbsent(
                        condition.longWindow(), w -> evaluator.recent(plan, slo, index, w, at));
        WindowCounts shortCounts =
                windows.computeIfAbsent(
                        condition.shortWindow(), w -> evaluator.recent(plan, slo, index, w, at));
        Finding finding;
        if (!longCounts.isMeasured() || !shortCounts.isMeasured()) {
            finding = Finding.UNMEASURED;
        } else {
            // Few bad events say little, whatever their ratio. Slices are judgements already and
            // need no such guard.
            boolean enough =
                    slo.method() != BudgetingMethod.OCCURRENCES
                            || longCounts.badCount() >= condition.minimumBadEvents();
            finding =
                    enough
                                    && longCounts.burns(
                                            condition.op(),
                                            condition.threshold(),
                                            objective.target())
                                    && shortCounts.burns(
                                            condition.op(),
                                            condition.threshold(),
                                            objective.target())
                            ? Finding.TRUE
                            : Finding.FALSE;
        }
        String key =
                slo.name() + "/" + index + "/" + policy.metadata().name() + "/" + condition.name();
        seen.add(key);
        Alert before = alerts.get(key);
        if (before == null && finding != Finding.TRUE) {
            return false;
        }
        if (before == null) {
            before =
                    inactive(
                            key,
                            slo,
                            index,
                            policy,
                            condition.name(),
                            condition.severity(),
                            condition.threshold(),
                            condition.longWindow(),
                            condition.shortWindow());
        }
        Alert now =
                before.withBurnRates(
                        longCounts.burnRate(objective.target()),
                        shortCounts.burnRate(objective.target()));
        long lastEvents = series.latestBucket(plan.forObjective(slo.name(), index).id());
        Instant eventTime = Instant.ofEpochSecond(Math.min(at.getEpochSecond(), lastEvents + 10));
        return move(before, now, finding, condition.alertAfter(), eventTime, at, plan, slo, policy);
    }

    private boolean lookForSilence(MeasurePlan plan, Slo slo, Instant at, Set<String> seen) {
        Optional<AlertPolicy> policy =
                slo.alertPolicies().stream()
                        .filter(p -> p.alertWhenNoData() || slo.tier() != Tier.OPERATIONAL)
                        .findFirst();
        if (policy.isEmpty()) {
            return false;
        }
        Finding finding = silence(plan, slo, at);
        String key = slo.name() + "/" + policy.get().metadata().name() + "/" + NO_DATA;
        seen.add(key);
        Alert before = alerts.get(key);
        if (before == null && finding != Finding.TRUE) {
            return false;
        }
        if (before == null) {
            before =
                    inactive(
                            key,
                            slo,
                            0,
                            policy.get(),
                            NO_DATA,
                            AlertPolicy.Severity.PAGE,
                            0,
                            SILENCE,
                            SILENCE);
        }
        return move(before, before, finding, Duration.ZERO, at, at, plan, slo, policy.get());
    }

    private Finding silence(MeasurePlan plan, Slo slo, Instant at) {
        if (at.isBefore(listeningSince.plus(SILENCE))) {
            return Finding.UNMEASURED;
        }
        long now = at.getEpochSecond();
        if (heardOf(plan, slo, now - SILENCE.toSeconds(), now + CLOCK_AHEAD.toSeconds())) {
            return Finding.FALSE;
        }
        return heardOf(plan, slo, now - HAD_BEEN_MEASURED.toSeconds(), now)
                ? Finding.TRUE
                : Finding.UNMEASURED;
    }

    /** Whether any of an SLO's sources was heard of, live. */
    private boolean heardOf(MeasurePlan plan, Slo slo, long from, long to) {
        for (int i = 0; i < slo.objectives().size(); i++) {
            Measure measure = plan.forObjective(slo.name(), i);
            Optional<String> service = measure.totalSource().service();
            boolean heard =
                    service.isPresent()
                            ? Backfilled.liveHeartbeats(series, service.get(), from, to) > 0
                            : Backfilled.live(series, measure.id(), from, to).total() > 0;
            if (heard) {
                return true;
            }
        }
        return false;
    }

    private static Alert inactive(
            String key,
            Slo slo,
            int objective,
            AlertPolicy policy,
            String condition,
            AlertPolicy.Severity severity,
            double threshold,
            Duration longWindow,
            Duration shortWindow) {
        return new Alert(
                key,
                slo.name(),
                objective,
                policy.metadata().name(),
                condition,
                severity,
                Alert.State.INACTIVE,
                threshold,
                longWindow,
                shortWindow,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Takes the next state and tells what has to be told. */
    private boolean move(
            Alert before,
            Alert now,
            Finding finding,
            Duration alertAfter,
            Instant eventTime,
            Instant at,
            MeasurePlan plan,
            Slo slo,
            AlertPolicy policy) {
        Alert after =
                switch (before.state()) {
                    case INACTIVE, RESOLVED ->
                            finding == Finding.TRUE ? begun(now, alertAfter, eventTime, at) : now;
                    case PENDING ->
                            switch (finding) {
                                case TRUE -> begun(now, alertAfter, eventTime, at);
                                case FALSE -> now.withState(Alert.State.INACTIVE);
                                case UNMEASURED -> now;
                            };
                    case FIRING, FROZEN ->
                            switch (finding) {
                                case TRUE -> now.withState(Alert.State.FIRING);
                                case FALSE -> now.resolved(at);
                                case UNMEASURED -> now.withState(Alert.State.FROZEN);
                            };
                };
        boolean changed = after.state() != before.state();
        if (!changed) {
            alerts.put(after.key(), after);
            return false;
        }
        put(after);
        if (after.state() == Alert.State.FIRING
                && !before.active()
                && policy.alertWhenBreaching()) {
            tell(after, "firing", plan, slo, at);
        } else if (after.state() == Alert.State.RESOLVED && policy.alertWhenResolved()) {
            tell(after, "resolved", plan, slo, at);
        }
        return true;
    }

    /** True since some time: fires as soon as it has been for long enough. */
    private static Alert begun(Alert alert, Duration alertAfter, Instant eventTime, Instant at) {
        Alert pending =
                alert.state() == Alert.State.PENDING ? alert : alert.pendingSince(eventTime);
        Instant since = pending.conditionTrueAt().orElse(at);
        return at.isBefore(since.plus(alertAfter)) ? pending : pending.firing(at);
    }

    private void tell(Alert alert, String status, MeasurePlan plan, Slo slo, Instant at) {
        if (targets.isEmpty()) {
            return;
        }
        WindowCounts window = evaluator.window(plan, slo, alert.objective(), at);
        OptionalDouble remaining =
                new SloStatus.Budget(
                                window.allowed(slo.objectives().get(alert.objective()).target()),
                                window.badCount())
                        .remainingRatio();
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
