"""The register: institutions in time, deliveries by boards, activation, confirmation by the teacher, registrations.

Promise 6: what a board delivers has a source per field and no effect before she confirmed it. It presents itself as
what the letter of 1 December 2017 describes, on a voluntary basis, never as current law. It knows no BSN.
"""
