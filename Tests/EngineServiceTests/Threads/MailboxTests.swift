import Testing

@testable import Connectors
@testable import EngineService

@Suite struct MailboxTests {
    @Test func messagesComeInOrderAndUrgentOnesFirst() {
        let mailbox = Mailbox<Int>()
        for number in 1...3 { mailbox.put(number) }
        mailbox.putUrgent(10)
        mailbox.putUrgent(11)
        #expect([mailbox.take(), mailbox.take(), mailbox.take()] == [10, 11, 1])
        mailbox.put(4)
        mailbox.putUrgent(12)
        #expect(mailbox.takeUrgent() == 12)
        #expect([mailbox.take(), mailbox.take(), mailbox.take()] == [2, 3, 4])
    }

    /// A full mailbox makes the sender wait, but not one that sends what is urgent.
    @Test func aFullMailboxHoldsTheSenderBack() {
        let mailbox = Mailbox<Int>(capacity: 2)
        let sent = Monitor(0)
        let sender = BackgroundThread {
            for number in 0..<1000 {
                mailbox.put(number)
                sent.update { $0 = number + 1 }
            }
        }
        sent.wait { $0 >= 2 ? () : nil }
        mailbox.putUrgent(-1)
        #expect(mailbox.take() == -1)
        for number in 0..<1000 {
            #expect(sent.read { $0 } <= number + 3)
            #expect(mailbox.take() == number)
        }
        sender.join()
    }

    /// A thread that is always behind has a mailbox that never empties.
    @Test func whatWasTakenIsNotKept() {
        final class Message: Sendable {
            let living: Monitor<Int>
            init(_ living: Monitor<Int>) {
                self.living = living
                living.update { $0 += 1 }
            }
            deinit { living.update { $0 -= 1 } }
        }
        let living = Monitor(0)
        let mailbox = Mailbox<Message>(capacity: 4)
        for _ in 0..<4 { mailbox.put(Message(living)) }
        for _ in 0..<1000 {
            _ = mailbox.take()
            mailbox.put(Message(living))
            #expect(living.read { $0 } <= 8)
        }
    }

    @Test func aWidenedMailboxHoldsNobodyBack() {
        let mailbox = Mailbox<Int>(capacity: 1)
        mailbox.put(0)
        let sender = BackgroundThread { for number in 1..<100 { mailbox.put(number) } }
        mailbox.widen()
        sender.join()
        #expect((0..<100).map { _ in mailbox.take() } == Array(0..<100))
    }

    @Test func manySendersLoseNothing() {
        let mailbox = Mailbox<Int>(capacity: 3)
        let senders = (0..<4).map { sender in BackgroundThread { for number in 0..<500 { mailbox.put(sender * 1000 + number) } } }
        var last = [-1, -1, -1, -1]
        for _ in 0..<2000 {
            let message = mailbox.take()
            #expect(message % 1000 == last[message / 1000] + 1)
            last[message / 1000] = message % 1000
        }
        for sender in senders { sender.join() }
        #expect(last == [499, 499, 499, 499])
    }
}

@Suite struct MonitorTests {
    @Test func aWaiterSeesTheChange() {
        let monitor = Monitor(0)
        let thread = BackgroundThread { for _ in 0..<100 { monitor.update { $0 += 1 } } }
        #expect(monitor.wait { $0 == 100 ? "done" : nil } == "done")
        thread.join()
    }

    @Test func waitingEndsWithTheTime() {
        let monitor = Monitor(0)
        let result: Int? = monitor.wait(nanoseconds: 1_000_000) { _ in nil }
        #expect(result == nil)
        #expect(monitor.wait(nanoseconds: 0) { $0 } == 0)
        #expect(monitor.wait(nanoseconds: .min) { $0 } == 0)
        #expect(monitor.wait(nanoseconds: .max) { $0 } == 0)
    }

    /// What a waiter takes, another does not see.
    @Test func waitersChangeTheValueAlone() {
        let monitor = Monitor(0)
        let taken = Monitor(0)
        let threads = (0..<4).map { _ in
            BackgroundThread {
                for _ in 0..<250 {
                    monitor.wait { value -> Void? in
                        guard value > 0 else { return nil }
                        value -= 1
                        return ()
                    }
                    taken.update { $0 += 1 }
                }
            }
        }
        for _ in 0..<1000 { monitor.update { $0 += 1 } }
        for thread in threads { thread.join() }
        #expect(monitor.read { $0 } == 0 && taken.read { $0 } == 1000)
    }
}
