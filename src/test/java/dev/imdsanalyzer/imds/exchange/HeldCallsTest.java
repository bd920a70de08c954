package dev.imdsanalyzer.imds.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.http.Exchange;
import dev.imdsanalyzer.imds.request.CallDraft;
import dev.imdsanalyzer.tcp.FakeConnection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldCallsTest {
    private record Told(CallDraft draft, boolean captureStopped) {}

    private final List<Told> told = new ArrayList<>();
    private final HeldCalls held = new HeldCalls((draft, stopped) -> told.add(new Told(draft, stopped)));
    private final FakeConnection connection = FakeConnection.undecoded();

    private CallDraft draft(FakeConnection of, Exchange.End end) {
        CallDraft draft = new CallDraft(of);
        draft.end = end;
        return draft;
    }

    private CallDraft hold(FakeConnection of, long nanos) {
        CallDraft draft = draft(of, Exchange.End.CLOSED_UNANSWERED);
        held.hold(draft, nanos);
        return draft;
    }

    @Test
    void aCallIsToldOnceWhenItsTimeIsOver() {
        CallDraft draft = hold(connection, 0);

        held.expire(HeldCalls.MAX_WAIT_NANOS - 1);
        assertThat(told).isEmpty();
        held.expire(HeldCalls.MAX_WAIT_NANOS);
        held.expire(2 * HeldCalls.MAX_WAIT_NANOS);
        held.close(connection, false);

        assertThat(told).containsExactly(new Told(draft, false));
    }

    @Test
    void aCallIsToldOnceWhenItsConnectionEnds() {
        CallDraft draft = hold(connection, 0);

        held.close(connection, true);
        held.close(connection, true);
        held.expire(2 * HeldCalls.MAX_WAIT_NANOS);

        assertThat(told).containsExactly(new Told(draft, true));
    }

    @Test
    void onlyWhatWasLeftUnansweredIsTheStopsFault() {
        held.hold(draft(connection, Exchange.End.ANSWERED), 0);

        held.close(connection, true);

        assertThat(told).singleElement().extracting(Told::captureStopped).isEqualTo(false);
    }

    @Test
    void aConnectionThatGoesOnReleasesItsOwnCallsInTheirOrder() {
        FakeConnection other = FakeConnection.undecoded();
        CallDraft first = hold(connection, 0);
        CallDraft others = hold(other, 0);
        CallDraft second = hold(connection, 0);

        held.release(connection);
        assertThat(told).containsExactly(new Told(first, false), new Told(second, false));

        held.expire(HeldCalls.MAX_WAIT_NANOS);
        assertThat(told).hasSize(3).last().extracting(Told::draft).isSameAs(others);
    }

    @Test
    void whatIsProvenIsToldSooner() {
        connection.timeExceeded = true;
        held.hold(draft(connection, Exchange.End.ANSWERED), 0);

        held.expire(HeldCalls.PROOF_NANOS - 1);
        assertThat(told).isEmpty();
        held.expire(HeldCalls.PROOF_NANOS);
        assertThat(told).hasSize(1);
    }

    /** Of a script's two calls the token's comes first, however late its connection is closed. */
    @Test
    void anAnswerThatHasArrivedIsToldBeforeTheNextCall() {
        held.hold(draft(connection, Exchange.End.ANSWERED), 0);

        held.expire(1);
        assertThat(told).isEmpty();
        connection.acknowledged = true;
        held.expire(2);
        assertThat(told).hasSize(1);
    }

    @Test
    void theOldestMakesRoomAndIsToldOnce() {
        CallDraft oldest = hold(connection, 0);
        for (int call = 1; call < HeldCalls.MAX_CALLS; call++) {
            hold(connection, 0);
        }
        assertThat(told).isEmpty();

        hold(connection, 0);
        assertThat(told).containsExactly(new Told(oldest, false));

        held.expire(HeldCalls.MAX_WAIT_NANOS);
        assertThat(told).hasSize(HeldCalls.MAX_CALLS + 1).doesNotHaveDuplicates();
    }
}
