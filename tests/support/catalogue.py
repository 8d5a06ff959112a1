"""A company's thousand tools: forty services with five kinds of things each, and five tools for every kind."""

from __future__ import annotations

from codeact_sdk.tools.tool import make_tool
from codeact_sdk.tools.toolset import ToolGroup, Toolset

SERVICES = {
    "billing": "Invoices and payments of customers|invoice: a bill with its lines and due date; payment: money that a customer paid; refund: money that goes back to a customer; credit_note: corrects a bill; tax_rate: percentage of tax by country",
    "shop": "The web shop|order: what a customer bought; product: an article that is sold, with price and stock; cart: what somebody is about to buy; coupon: a discount code; review: stars and words of a buyer",
    "crm": "Customers and sales|contact: a person with mail and phone; company: a firm that buys; deal: a sale that is being negotiated; lead: somebody who may buy; activity: a call or meeting with a customer",
    "support": "The help desk|ticket: a problem that a customer reported; reply: a message to whoever asked; agent: a colleague who answers; macro: a canned answer; satisfaction_rating: how happy a customer was",
    "calendar": "Appointments|event: a meeting with time and guests; room: where people meet; invitation: asks a guest to come; reminder: tells before it begins; holiday: a day off",
    "mail": "Electronic mail|message: a mail with subject and text; draft: a mail that was not sent; attachment: a file in a mail; mailbox: a folder of mails; filter: sorts incoming mail",
    "chat": "Team chat|channel: a room for a topic; post: what somebody wrote in a channel; thread: answers to a post; emoji: a small picture; mention: calls a colleague by name",
    "files": "The document store|document: a text with versions; folder: holds documents; share: lets others see a document; comment: a remark on a document; version: an older state of a document",
    "wiki": "Knowledge of the company|page: an article; space: pages of a team; label: a keyword on a page; template: a form for new pages; backlink: a page that refers to another",
    "code": "Source code hosting|repository: source code with history; branch: a line of development; commit: a set of changes; pull_request: changes for review; tag: a name for a commit",
    "issues": "Bugs and tasks of developers|bug: an error in the software; milestone: a date for a group of tasks; sprint: two weeks of work; epic: a large piece of work; estimate: how long work will take",
    "ci": "Builds and tests|build: compiles and tests a commit; pipeline: the steps of a build; artifact: what a build has made; runner: a machine that builds; log: the output of a step",
    "deploy": "Releases to servers|release: a version that goes live; environment: staging or production; rollback: goes back to an older release; feature_flag: switches a function on for some users; config_value: a setting of a service",
    "cloud": "Virtual machines and networks|server: a virtual machine; volume: a disk; network: connects machines; firewall_rule: which traffic may pass; snapshot: a copy of a disk",
    "dns": "Names on the internet|zone: a domain; record: an address or alias in a domain; certificate: proves who a host is; redirect: sends visitors elsewhere; nameserver: answers for a domain",
    "monitoring": "Health of services|alert: something is wrong; metric: a number over time; dashboard: charts on one screen; incident: an outage and who works on it; uptime_check: asks a page whether it lives",
    "database": "Databases as a service|table: rows and columns; backup: a copy to restore from; query: a question in SQL; index: makes lookups fast; user_account: who may log in to a database",
    "identity": "People and their rights|user: somebody with a login; group: people with the same rights; role: a set of permissions; session: a login that is open; api_key: lets a program in",
    "hr": "Staff|employee: somebody who works here; vacation: days off that somebody takes; salary: what somebody earns; job_opening: a position to fill; applicant: somebody who wants a job",
    "payroll": "Paying the staff|payslip: what was paid in a month; bonus: an extra payment; deduction: what is kept back; timesheet: hours that were worked; bank_account: where wages go",
    "travel": "Business trips|trip: a journey for work; flight: a seat in a plane; hotel: a room for nights; expense: a receipt to be paid back; mileage: kilometres in an own car",
    "warehouse": "Goods and shelves|stock_level: how many pieces there are; shelf: a place for goods; delivery: goods that come in; shipment: a parcel that goes out; pallet: goods on wood",
    "shipping": "Parcels|parcel: a box on its way; carrier: who brings parcels; tracking_number: tells where a parcel is; pickup: a driver fetches parcels; customs_form: papers for other countries",
    "purchasing": "Buying for the company|supplier: who we buy from; purchase_order: what we ordered; quote: an offer with prices; contract: an agreement; approval: a yes to spend money",
    "accounting": "The books|journal_entry: debit and credit; ledger_account: where amounts are booked; budget: planned spending; cost_center: a department's costs; fiscal_year: twelve months of books",
    "banking": "Bank accounts of the company|transfer: sends money to somebody; balance: how much money there is; statement: movements of a month; standing_order: pays regularly; card: pays in shops",
    "marketing": "Campaigns|campaign: mails and ads for a goal; newsletter: a mail to many readers; audience: whom to reach; landing_page: where visitors arrive; ab_test: compares two versions",
    "ads": "Paid advertising|advert: a picture and text that is shown for money; keyword: a word that people search; bid: what a click may cost; placement: where an ad is shown; conversion: a visitor who bought",
    "social": "Social networks|tweet: a short public text; follower: somebody who reads us; story: pictures for a day; hashtag: a topic; direct_message: a private text",
    "analytics": "Visits to the web site|visit: somebody looks at pages; funnel: steps to a purchase; segment: visitors who are alike; report: numbers of a period; goal: what visitors should do",
    "surveys": "Questions to people|survey: a list of questions; answer: what somebody ticked; question: one thing to ask; respondent: somebody who answers; quota: how many of each kind",
    "learning": "Courses for the staff|course: lessons on a subject; lesson: an hour of teaching; quiz: questions after a lesson; enrollment: somebody takes a course; diploma: somebody has finished",
    "legal": "Law|case: a dispute at court; clause: a paragraph of an agreement; signature: somebody signs; deadline: the last day for an answer; trademark: a protected name",
    "facilities": "Offices|desk: a place to work; badge: opens doors; visitor: a guest at the front door; cleaning: keeps rooms tidy; repair: mends what is broken in the building",
    "fleet": "Cars of the company|vehicle: a car or truck; driver: who drives; fuel_stop: litres and price; inspection: whether a car is safe; accident: damage to a car",
    "energy": "Power and heat|meter: counts kilowatt hours; reading: what a meter showed; tariff: the price of power; solar_panel: makes power from light; outage: no power",
    "weather": "Weather for planning|forecast: what the weather will be; station: measures wind and rain; storm_warning: danger by wind; temperature: degrees at a place; rainfall: water by day",
    "maps": "Places and ways|route: the way from one place to another; address: street and town; geofence: a border on the map; landmark: a well known place; traffic_jam: cars stand still",
    "music": "Music in the shops|playlist: songs in an order; song: a piece of music; artist: who sings; speaker: plays in a shop; schedule: when music plays",
    "printing": "Printers|printer: puts ink on paper; print_job: pages that wait; toner: ink powder; paper_tray: holds sheets; scanner: makes files from paper",
}

FORMS = {
    "list_{many}": "Lists {many_words}, newest first.",
    "get_{one}": "Gets one {words} by its id: {what}.",
    "create_{one}": "Creates a new {words}: {what}.",
    "update_{one}": "Changes fields of a {words}.",
    "delete_{one}": "Deletes a {words} for good.",
}


def catalogue() -> Toolset:
    """Makes the thousand tools."""
    groups = []
    for namespace, text in SERVICES.items():
        purpose, _, things = text.partition("|")
        tools = [tool for thing in things.split("; ") for tool in _tools(namespace, *thing.split(": "))]
        groups.append(ToolGroup(namespace, f"{purpose}.", tools=tuple(tools)))
    return Toolset(groups=groups)


def _tools(namespace, one, what):
    many = (
        f"{one[:-1]}ies"
        if one.endswith("y") and one[-2] not in "aeiou"
        else f"{one}es"
        if one.endswith("s")
        else f"{one}s"
    )
    for name, doc in FORMS.items():
        text = doc.format(words=one.replace("_", " "), many_words=many.replace("_", " "), what=what)
        yield make_tool(_function(text), name=name.format(one=one, many=many), pack=namespace)


def _function(text):
    def act(which: str = "", fields: dict[str, str] | None = None) -> dict[str, str]:
        return {}

    act.__doc__ = f"{text}\n\nArgs:\n    which: Which one.\n    fields: What to set or to look for."
    return act


QUERIES = {
    "which invoices are the newest": "billing.list_invoices", "make a new invoice": "billing.create_invoice",
    "give money back to a customer": "billing.create_refund", "what tax percentage does a country have": "billing.get_tax_rate",
    "remove a credit note": "billing.delete_credit_note", "show payments": "billing.list_payments",
    "what did the customer buy": "shop.get_order", "edit the price of a product": "shop.update_product",
    "new discount code": "shop.create_coupon", "read reviews with stars": "shop.list_reviews", "delete a cart": "shop.delete_cart",
    "find a contact by id": "crm.get_contact", "add a company": "crm.create_company", "open deals": "crm.list_deals",
    "remove a lead": "crm.delete_lead", "change the phone of a contact": "crm.update_contact",
    "open support tickets": "support.list_tickets", "reply to a customer who asked": "support.create_reply",
    "how happy was a customer": "support.get_satisfaction_rating", "canned answer": "support.get_macro",
    "schedule a meeting with guests": "calendar.create_event", "cancel an event": "calendar.delete_event",
    "which rooms are there": "calendar.list_rooms", "set a reminder": "calendar.create_reminder", "list holidays": "calendar.list_holidays",
    "mails that were not sent": "mail.get_draft", "list messages in the mail": "mail.list_messages", "delete an attachment": "mail.delete_attachment",
    "create a filter for incoming mail": "mail.create_filter", "write a post in a channel": "chat.create_post", "list channels": "chat.list_channels",
    "rename a channel": "chat.update_channel", "share a document with others": "files.create_share", "older versions of a document": "files.list_versions",
    "comment on a document": "files.create_comment", "move a folder": "files.update_folder", "write a wiki page": "wiki.create_page",
    "which pages refer to another": "wiki.list_backlinks", "remove a label from a page": "wiki.delete_label",
    "list repositories": "code.list_repositories", "open a pull request": "code.create_pull_request", "delete a branch": "code.delete_branch",
    "show a commit": "code.get_commit", "report a bug": "issues.create_bug", "plan a sprint": "issues.create_sprint", "list milestones": "issues.list_milestones",
    "how long will work take": "issues.get_estimate", "start a build": "ci.create_build", "output of a build step": "ci.get_log",
    "what has a build made": "ci.get_artifact", "list runners": "ci.list_runners", "roll back to an older release": "deploy.create_rollback",
    "switch on a feature flag": "deploy.update_feature_flag", "list environments": "deploy.list_environments", "new virtual machine": "cloud.create_server",
    "copy of a disk": "cloud.create_snapshot", "firewall rules": "cloud.list_firewall_rules", "delete a volume": "cloud.delete_volume",
    "add a dns record": "dns.create_record", "list certificates": "dns.list_certificates", "redirect visitors elsewhere": "dns.create_redirect",
    "current alerts": "monitoring.list_alerts", "create a dashboard": "monitoring.create_dashboard", "who works on the incident": "monitoring.get_incident",
    "restore from a backup": "database.get_backup", "run a SQL query": "database.create_query", "drop a table": "database.delete_table",
    "invite a user": "identity.create_user", "revoke an api key": "identity.delete_api_key", "members of a group": "identity.get_group", "list roles": "identity.list_roles",
    "days off for an employee": "hr.create_vacation", "what does somebody earn": "hr.get_salary", "job openings": "hr.list_job_openings",
    "new applicant": "hr.create_applicant", "payslip of a month": "payroll.get_payslip", "hours that were worked": "payroll.get_timesheet",
    "give a bonus": "payroll.create_bonus", "book a flight": "travel.create_flight", "hotel room for two nights": "travel.create_hotel",
    "submit an expense receipt": "travel.create_expense", "how many pieces are in stock": "warehouse.get_stock_level", "list shipments": "warehouse.list_shipments",
    "where is my parcel": "shipping.get_tracking_number", "book a pickup by a driver": "shipping.create_pickup", "customs papers for other countries": "shipping.create_customs_form",
    "list suppliers": "purchasing.list_suppliers", "place a purchase order": "purchasing.create_purchase_order", "get a quote with prices": "purchasing.get_quote",
    "book a journal entry": "accounting.create_journal_entry", "planned spending budget": "accounting.get_budget", "cost centers": "accounting.list_cost_centers",
    "send money to somebody": "banking.create_transfer", "how much money is there on the account": "banking.get_balance", "monthly bank statement": "banking.get_statement",
    "start a campaign": "marketing.create_campaign", "send a newsletter to readers": "marketing.create_newsletter", "compare two versions in a test": "marketing.create_ab_test",
    "raise the bid for a click": "ads.update_bid", "list keywords": "ads.list_keywords", "list followers": "social.list_followers", "publish a tweet": "social.create_tweet",
    "visitors who bought": "ads.get_conversion", "report of numbers for a period": "analytics.get_report", "steps to a purchase funnel": "analytics.get_funnel",
    "create a survey with questions": "surveys.create_survey", "who answered": "surveys.get_respondent", "enroll in a course": "learning.create_enrollment",
    "quiz after a lesson": "learning.get_quiz", "court case": "legal.get_case", "sign an agreement": "legal.create_signature", "list deadlines": "legal.list_deadlines",
    "reserve a desk": "facilities.create_desk", "guest at the front door": "facilities.create_visitor", "mend what is broken in the building": "facilities.create_repair",
    "damage to a car": "fleet.create_accident", "list vehicles": "fleet.list_vehicles", "meter reading": "energy.create_reading", "price of power": "energy.get_tariff",
    "weather forecast": "weather.get_forecast", "storm warnings": "weather.list_storm_warnings", "temperature at a place": "weather.get_temperature",
    "way from one place to another": "maps.get_route", "street address": "maps.get_address", "traffic jams": "maps.list_traffic_jams",
    "add a song to a playlist": "music.update_playlist", "list artists": "music.list_artists", "pages that wait to be printed": "printing.get_print_job",
    "order toner": "printing.create_toner", "remove a scanner": "printing.delete_scanner",
}  # fmt: skip
"""What somebody would ask for, and the tool that does it."""
