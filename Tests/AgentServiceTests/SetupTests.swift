import AgentService
import Testing
