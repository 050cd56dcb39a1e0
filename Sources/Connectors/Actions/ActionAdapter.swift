/// Brings alerts to where people or programs see them. What it is given was decided and is kept until it has arrived; order,
/// retries and everything else that is the same for all systems is its caller's.
///
/// For one thread. Calls block; a call that is under way returns soon after its `Cancellation` was set.
package protocol ActionAdapter: AnyObject {
    /// How many alerts one call of `deliver` may take; the system takes them as one.
    var largestBatch: Int { get }

    /// Called before the first delivery, and again when the deliveries of another session begin.
    ///
    /// - Parameters:
    ///   - pendingBytes: bytes of alerts that may have been delivered by an earlier process already: an adapter that can see
    ///     what it wrote passes them over.
    ///   - cancellation: set when deliveries are to end.
    func open(pendingBytes: Int, cancellation: Cancellation) throws(DeliveryError)

    /// Called once, before everything else: `remark` takes what an operator should know of deliveries that do not fail.
    func setRemark(_ remark: @escaping @Sendable (String) -> Void)

    /// Delivers alerts in order, at most `largestBatch`. When it returns, all of them have arrived; when it throws, as many have
    /// as the error says, and of the others any may have. It is called again with those.
    func deliver(_ alerts: [Alert]) throws(DeliveryError)
}

extension ActionAdapter {
    /// Most have nothing to remark.
    package func setRemark(_ remark: @escaping @Sendable (String) -> Void) {}
}
